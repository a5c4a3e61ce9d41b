/** Starts the parts of a platform in order, keeps them running, and stops them in order. */
package io.slipway.local.supervisor;
