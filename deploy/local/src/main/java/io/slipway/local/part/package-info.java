/** The parts of a platform: how each is configured, started and asked whether it is ready. */
package io.slipway.local.part;
