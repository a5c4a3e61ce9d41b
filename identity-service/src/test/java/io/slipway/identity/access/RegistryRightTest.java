package io.slipway.identity.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.identity.role.BuiltInRoles;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RegistryRightTest {
  private final BuiltInRoles builtIn = new BuiltInRoles();

  @Test
  void shouldNameTheSmallestRoles() {
    assertThat(RegistryRight.roles(Set.of(RegistryRight.PULL))).containsExactly("AcrPull");
    assertThat(RegistryRight.roles(Set.of(RegistryRight.PULL, RegistryRight.PUSH)))
        .containsExactly("AcrPush");
    assertThat(RegistryRight.roles(Set.of(RegistryRight.PUSH, RegistryRight.DELETE)))
        .containsExactly("AcrPush", "AcrDelete");
  }

  @Test
  void shouldNameRolesThatAllowAllOfIt() {
    List<RegistryRight> all = Arrays.asList(RegistryRight.values());
    for (int mask = 1; mask < 1 << all.size(); mask++) {
      Set<RegistryRight> rights = EnumSet.noneOf(RegistryRight.class);
      for (RegistryRight right : all) {
        if ((mask & 1 << right.ordinal()) != 0) {
          rights.add(right);
        }
      }
      List<Grant> grants =
          RegistryRight.roles(rights).stream()
              .map(role -> new Grant(builtIn.byName(role).orElseThrow(), Scope.ROOT))
              .collect(Collectors.toList());
      assertThat(RegistryRight.allowed(grants, Scope.ROOT)).containsAll(rights);
    }
  }
}
