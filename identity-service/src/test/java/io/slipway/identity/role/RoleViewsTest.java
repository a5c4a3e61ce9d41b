package io.slipway.identity.role;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoleViewsTest {

  @Test
  void shouldKnowTheRoleOfADefinitionIdAtAnyScope() {
    String role = "7f951dda-4ed3-4680-a7ca-43fe172d538d";
    String id = "/providers/microsoft.authorization/ROLEDEFINITIONS/" + role;

    assertThat(RoleViews.roleId("/subscriptions/s" + id)).map(Object::toString).contains(role);
    assertThat(RoleViews.roleId(id)).map(Object::toString).contains(role);
    assertThat(RoleViews.roleId("/x/" + role)).isEmpty();
    assertThat(RoleViews.roleId(id + "x")).isEmpty();
    assertThat(RoleViews.guid("1-1-1-1-1")).isEmpty();
  }
}
