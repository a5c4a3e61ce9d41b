/** Steps by the command line of Docker or Podman, for machines that have one. */
package io.slipway.builder.docker;
