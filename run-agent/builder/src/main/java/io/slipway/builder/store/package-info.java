/**
 * The agent's images on disk. {@link io.slipway.builder.store.ImageStore} is the door; a run works
 * in an {@link io.slipway.builder.store.ImageSpace}, which keeps its names separate from other
 * runs' and all that it uses from being deleted.
 */
package io.slipway.builder.store;
