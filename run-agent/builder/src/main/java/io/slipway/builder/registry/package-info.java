/**
 * Calls to registries, by jib-core. {@link io.slipway.builder.registry.ConnectionPool} holds what
 * an agent has once (trust, mirrors, connections); {@link
 * io.slipway.builder.registry.RegistryCalls} what a run has (its credentials).
 */
package io.slipway.builder.registry;
