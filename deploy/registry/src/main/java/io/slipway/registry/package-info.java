/**
 * An OCI registry for one machine: one login server per registry resource, tokens of
 * identity-service.
 */
package io.slipway.registry;
