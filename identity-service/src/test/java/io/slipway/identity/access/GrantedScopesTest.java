package io.slipway.identity.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.identity.client.RegistryScope;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GrantedScopesTest {

  private static RegistryScope scope(String text) {
    return RegistryScope.parse(text).orElseThrow();
  }

  @Test
  void shouldCutToTheRights() {
    GrantedScopes scopes =
        GrantedScopes.of(
            List.of(scope("repository:a:pull,push,delete,fly,*"), scope("repository:b:push")),
            Set.of(RegistryRight.PULL),
            Optional.empty());

    assertThat(scopes.granted()).containsExactly(scope("repository:a:pull"));
    assertThat(scopes.missing())
        .containsExactlyInAnyOrder(RegistryRight.PUSH, RegistryRight.DELETE);
  }

  @Test
  void shouldCutToWhatTheShownTokenHad() {
    GrantedScopes scopes =
        GrantedScopes.of(
            List.of(scope("repository:a:pull,push"), scope("repository:b:pull")),
            Set.of(RegistryRight.values()),
            Optional.of(List.of(scope("repository:a:pull"))));

    assertThat(scopes.granted()).containsExactly(scope("repository:a:pull"));
    assertThat(scopes.missing()).isEmpty();
  }

  @Test
  void rejectsTheCatalogueForWhoHasNoRightOnIt() {
    assertThat(
            GrantedScopes.of(
                    List.of(scope("registry:catalog:*")),
                    Set.of(RegistryRight.DELETE),
                    Optional.empty())
                .granted())
        .isEmpty();
  }
}
