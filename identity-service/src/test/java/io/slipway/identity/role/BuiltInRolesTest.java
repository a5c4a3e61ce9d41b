package io.slipway.identity.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.identity.access.RoleDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuiltInRolesTest {
  private final BuiltInRoles roles = new BuiltInRoles();

  @ParameterizedTest
  @CsvSource({
    "acrpull, 7f951dda-4ed3-4680-a7ca-43fe172d538d",
    "ACRPUSH, 8311e382-0749-4cb8-b61a-304f252e45ec",
    "AcrDelete, c2f4ef07-c644-48eb-af81-4b1b4947fb11",
    "AcrImageSigner, 6cef56e8-d556-48e5-a04f-b8e64114680f",
    "Owner, 8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    "Contributor, b24988ac-6180-42a0-ab88-20f7382dd24c",
    "Reader, acdd72a7-3385-48ef-bd42-f606fba81ae7",
    "User Access Administrator, 18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
    "Container Registry Tasks Contributor, fb382eab-e894-4461-af04-94435c366c3f",
  })
  void shouldBeFoundByNameInAnyCase(String name, String id) {
    assertThat(roles.byName(name))
        .hasValueSatisfying(role -> assertThat(role.id()).hasToString(id));
  }

  @Test
  void shouldHaveIdsAndNamesOfTheirOwn() {
    assertThat(roles.all()).hasSize(17);
    assertThat(roles.all()).extracting(RoleDefinition::id).doesNotHaveDuplicates();
    assertThat(roles.all())
        .extracting(role -> role.roleName().toLowerCase())
        .doesNotHaveDuplicates()
        .isSorted();
    assertThat(roles.byName("nobody")).isEmpty();
  }
}
