/**
 * The workshop: claims runs, executes their steps and reports. It owns nothing that must survive
 * it.
 */
package io.slipway.agent;
