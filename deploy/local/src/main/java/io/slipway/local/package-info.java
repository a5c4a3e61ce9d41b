/** The one-machine platform. */
package io.slipway.local;
