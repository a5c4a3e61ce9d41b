/** Programs of the machine, started and ended. */
package io.slipway.builder.process;
