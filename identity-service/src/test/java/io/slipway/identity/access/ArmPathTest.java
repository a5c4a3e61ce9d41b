package io.slipway.identity.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArmPathTest {

  @ParameterizedTest
  @CsvSource({
    "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions, /subscriptions/s,"
        + " authorization, roledefinitions, ",
    "//subscriptions//s/PROVIDERS//microsoft.authorization/RoleAssignments/Abc/, /subscriptions/s,"
        + " authorization, roleassignments, Abc",
    "/providers/Microsoft.Authorization/roleDefinitions/x, /, authorization, roledefinitions, x",
    "/subscriptions/s/resourcegroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/N,"
        + " /subscriptions/s/resourcegroups/g, managedidentity, userassignedidentities, N",
  })
  void shouldTakePathsApart(String path, String scope, String provider, String type, String name) {
    assertThat(ArmPath.parse(path))
        .contains(new ArmPath(scope, provider, type, Optional.ofNullable(name)));
  }

  @Test
  void shouldTakeTheLastProvider() {
    String identity =
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/n";

    assertThat(ArmPath.parse(identity + "/providers/Microsoft.Authorization/roleAssignments/a"))
        .contains(new ArmPath(identity, "authorization", "roleassignments", Optional.of("a")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/arm/authorization/roleassignments",
        "/subscriptions/s/providers/Microsoft.ContainerRegistry/registries",
        "/subscriptions/s/providers/Microsoft.Authorization",
        "/subscriptions/s/providers/Microsoft.Authorization/roleAssignments/a/b",
      })
  void rejectsOtherPaths(String path) {
    assertThat(ArmPath.parse(path)).isEmpty();
  }
}
