/** Dockerfiles as values: what each instruction says, with variables as they were written. */
package io.slipway.builder.dockerfile;
