/** Measures Slipway beside a baseline on the same machine, and prints the ratio. */
package io.slipway.bench;
