/**
 * Calls to registries, by jib-core. {@link io.slipway.builder.registry.RegistryConnections} holds
 * what an agent has once (trust, mirrors, connections); {@link
 * io.slipway.builder.registry.RegistryAccess} what a run has (its credentials).
 */
package io.slipway.builder.registry;
