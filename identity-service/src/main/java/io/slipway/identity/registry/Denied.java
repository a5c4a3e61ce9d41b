package io.slipway.identity.registry;

import io.slipway.identity.access.RegistryRight;
import java.util.Collection;
import java.util.List;

/**
 * Who lacks which right on what, for the person who can give it.
 *
 * @param principalId who
 * @param principalName its name
 * @param clientId its client id
 * @param service the registry asked for
 * @param scope the ARM id of the registry
 * @param missingActions what is lacking
 * @param rolesThatWould the smallest roles that together have it
 */
record Denied(
    String principalId,
    String principalName,
    String clientId,
    String service,
    String scope,
    List<String> missingActions,
    List<String> rolesThatWould) {

  static Denied of(RegistryAccess access, Collection<RegistryRight> missing) {
    return new Denied(
        access.principalId().toString(),
        access.principalName(),
        access.clientId(),
        access.service(),
        access.registry().text(),
        missing.stream().map(RegistryRight::actionName).distinct().toList(),
        RegistryRight.roles(missing));
  }
}
