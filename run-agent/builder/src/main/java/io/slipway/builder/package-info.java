/**
 * Executes what a step says: builds images and runs containers.
 *
 * <p>{@link io.slipway.builder.ContainerEngine} is the door; it blocks and belongs on virtual or
 * worker threads. It knows nothing of Kafka, tasks or identities.
 */
package io.slipway.builder;
