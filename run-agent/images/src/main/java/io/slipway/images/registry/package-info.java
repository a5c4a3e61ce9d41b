/**
 * Calls to registries, by jib-core. {@link io.slipway.images.registry.RegistryConnections} holds
 * what an agent has once (trust, mirrors, connections); {@link
 * io.slipway.images.registry.RegistryAccess} what a run has (its credentials).
 */
package io.slipway.images.registry;
