package io.slipway.identity.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.identity.principal.ManagedIdentityEntity;
import io.slipway.identity.principal.PrincipalEntity;
import io.slipway.identity.principal.PrincipalKind;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RequestedIdentityTest {
  private static final String REGISTRY =
      "/subscriptions/s/resourcegroups/g/providers/microsoft.containerregistry/registries/r";

  private final ManagedIdentityEntity user = identity(PrincipalKind.UserAssigned, "/s/me");
  private final ManagedIdentityEntity other = identity(PrincipalKind.UserAssigned, "/s/other");
  private final ManagedIdentityEntity system =
      identity(PrincipalKind.SystemAssigned, REGISTRY + "/tasks/t");
  private final ManagedIdentityEntity registry = identity(PrincipalKind.SystemAssigned, REGISTRY);

  private static ManagedIdentityEntity identity(PrincipalKind kind, String resource) {
    PrincipalEntity row = new PrincipalEntity();
    row.id = UUID.randomUUID();
    row.clientId = UUID.randomUUID().toString();
    row.kind = kind;
    ManagedIdentityEntity identity = new ManagedIdentityEntity();
    identity.principal = row;
    identity.resourceKey = resource;
    return identity;
  }

  @Test
  void shouldFindByPrincipalIdAndByClientIdInAnyCase() {
    assertThat(
            RequestedIdentity.among(
                List.of(user, system), user.principal.id.toString().toUpperCase()))
        .contains(user.principal);
    assertThat(
            RequestedIdentity.among(List.of(user, system), system.principal.clientId.toUpperCase()))
        .contains(system.principal);
  }

  @Test
  void shouldMeanTheSystemsIdentityElseTheOnlyOne() {
    assertThat(RequestedIdentity.among(List.of(user, system), "[system]"))
        .contains(system.principal);
    assertThat(RequestedIdentity.among(List.of(user), "[system]")).contains(user.principal);
    assertThat(RequestedIdentity.among(List.of(user, other), "[system]")).isEmpty();
  }

  /** The registry's own identity pulls and pushes for all its tasks; it must not be theirs. */
  @Test
  void shouldMeanTheRegistrysIdentityOnlyWithoutAnother() {
    assertThat(RequestedIdentity.among(List.of(registry, system), "[system]"))
        .contains(system.principal);
    assertThat(RequestedIdentity.among(List.of(registry, user), "[system]"))
        .contains(user.principal);
    assertThat(RequestedIdentity.among(List.of(registry, user, other), "[system]")).isEmpty();
    assertThat(RequestedIdentity.among(List.of(registry), "[system]")).contains(registry.principal);
    assertThat(RequestedIdentity.among(List.of(registry, user), registry.principal.id.toString()))
        .contains(registry.principal);
  }

  @Test
  void shouldFindNobodyElse() {
    assertThat(RequestedIdentity.among(List.of(user), other.principal.clientId)).isEmpty();
    assertThat(RequestedIdentity.among(List.of(), "[system]")).isEmpty();
  }
}
