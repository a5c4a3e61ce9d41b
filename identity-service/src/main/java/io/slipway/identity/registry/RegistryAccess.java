package io.slipway.identity.registry;

import io.slipway.identity.access.RegistryRight;
import io.slipway.identity.access.Scope;
import io.slipway.identity.principal.PrincipalEntity;
import java.util.Set;

/**
 * What a principal may do at a registry now.
 *
 * @param principal who
 * @param service name of the registry
 * @param registry the resource that it is
 * @param rights what it may do
 */
record RegistryAccess(
    PrincipalEntity principal, String service, Scope registry, Set<RegistryRight> rights) {}
