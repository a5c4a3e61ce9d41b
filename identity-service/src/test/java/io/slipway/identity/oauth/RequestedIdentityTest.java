package io.slipway.identity.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.identity.principal.PrincipalEntity;
import io.slipway.identity.principal.PrincipalKind;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RequestedIdentityTest {
  private final PrincipalEntity user = principal(PrincipalKind.UserAssigned);
  private final PrincipalEntity other = principal(PrincipalKind.UserAssigned);
  private final PrincipalEntity system = principal(PrincipalKind.SystemAssigned);

  private static PrincipalEntity principal(PrincipalKind kind) {
    PrincipalEntity row = new PrincipalEntity();
    row.id = UUID.randomUUID();
    row.clientId = UUID.randomUUID().toString();
    row.kind = kind;
    return row;
  }

  @Test
  void shouldFindByPrincipalIdAndByClientIdInAnyCase() {
    assertThat(RequestedIdentity.among(List.of(user, system), user.id.toString().toUpperCase()))
        .contains(user);
    assertThat(RequestedIdentity.among(List.of(user, system), system.clientId.toUpperCase()))
        .contains(system);
  }

  @Test
  void shouldMeanTheSystemsIdentityElseTheOnlyOne() {
    assertThat(RequestedIdentity.among(List.of(user, system), "[system]")).contains(system);
    assertThat(RequestedIdentity.among(List.of(user), "[system]")).contains(user);
    assertThat(RequestedIdentity.among(List.of(user, other), "[system]")).isEmpty();
  }

  @Test
  void shouldFindNobodyElse() {
    PrincipalEntity client = principal(PrincipalKind.ServiceClient);

    assertThat(RequestedIdentity.among(List.of(user), other.clientId)).isEmpty();
    assertThat(RequestedIdentity.among(List.of(client), client.id.toString())).isEmpty();
    assertThat(RequestedIdentity.among(List.of(client), "[system]")).isEmpty();
    assertThat(RequestedIdentity.among(List.of(), "[system]")).isEmpty();
  }
}
