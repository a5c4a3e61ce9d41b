/** Namespaces of a run, and containers started in them by the tools that the machine has. */
package io.slipway.builder.sandbox;
