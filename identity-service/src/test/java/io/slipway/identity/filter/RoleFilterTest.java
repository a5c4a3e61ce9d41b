package io.slipway.identity.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.identity.access.Scope;
import io.slipway.identity.access.ScopeTree;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoleFilterTest {

  @Test
  void shouldReadRoleNames() {
    assertThat(RoleFilter.roleName("roleName eq 'acrpull'")).contains("acrpull");
    assertThat(RoleFilter.roleName(" ROLENAME  eq  'it''s' ")).contains("it's");
    assertThat(RoleFilter.roleName("roleName eq 'a' or true")).isEmpty();
    assertThat(RoleFilter.type("type eq 'BuiltInRole'")).contains("BuiltInRole");
  }

  @Test
  void shouldReadAssignmentFilters() {
    assertThat(RoleFilter.assignments(""))
        .contains(new RoleFilter.Assignments(false, Optional.empty()));
    assertThat(RoleFilter.assignments("atScope()"))
        .contains(new RoleFilter.Assignments(true, Optional.empty()));
    assertThat(RoleFilter.assignments("principalId eq 'p'"))
        .contains(new RoleFilter.Assignments(false, Optional.of("p")));
    assertThat(RoleFilter.assignments("atScope() and assignedTo('p')"))
        .contains(new RoleFilter.Assignments(true, Optional.of("p")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"principalId eq p", "true", "atScope() or atScope()", "atScope() and"})
  void rejectsOtherFilters(String filter) {
    assertThat(RoleFilter.assignments(filter)).isEmpty();
  }

  @Test
  void rejectsVeryLongFilters() {
    String text = "a''".repeat(50_000);
    assertThat(RoleFilter.roleName("roleName eq '" + text + "'")).isEmpty();
    assertThat(RoleFilter.assignments("principalId eq '" + text + "'")).isEmpty();
  }

  @Test
  void shouldWalkUpToTheTenant() {
    Scope scope = Scope.parse("/subscriptions/S/resourceGroups/G").orElseThrow();

    assertThat(ScopeTree.upwards(scope))
        .containsExactly(
            "/subscriptions/s/resourcegroups/g",
            "/subscriptions/s/resourcegroups",
            "/subscriptions/s",
            "/subscriptions",
            "/");
  }
}
