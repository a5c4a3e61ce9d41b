/** Interprets Dockerfiles: what each instruction does to the layers and the configuration. */
package io.slipway.builder.interpreter;
