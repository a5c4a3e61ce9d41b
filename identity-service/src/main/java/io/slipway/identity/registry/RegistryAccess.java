package io.slipway.identity.registry;

import io.slipway.identity.access.RegistryRight;
import io.slipway.identity.access.Scope;
import java.util.Set;
import java.util.UUID;

/**
 * What a principal may do at a registry now.
 *
 * @param principalId who
 * @param principalName its name
 * @param clientId its client id
 * @param service name of the registry
 * @param registry the resource that it is
 * @param armTokens whether the registry's exchange takes tokens of the ARM audience
 * @param rights what it may do
 */
record RegistryAccess(
    UUID principalId,
    String principalName,
    String clientId,
    String service,
    Scope registry,
    boolean armTokens,
    Set<RegistryRight> rights) {}
