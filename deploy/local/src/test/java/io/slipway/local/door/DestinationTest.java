package io.slipway.local.door;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationTest {
  @ParameterizedTest
  @CsvSource({
    "/adfs/oauth2/token, IDENTITY",
    "/adfs/.well-known/openid-configuration, IDENTITY",
    "/v1.0/servicePrincipals, IDENTITY",
    "/oauth2/exchange, IDENTITY",
    "/72f988bf-86f1-41af-91ab-2d7cd011db47/oauth2/v2.0/token, IDENTITY",
    "/72F988BF-86F1-41AF-91AB-2D7CD011DB47/v2.0/.well-known/openid-configuration, IDENTITY",
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i,"
        + " IDENTITY",
    "/subscriptions/s/resourcegroups/g/PROVIDERS/microsoft.managedidentity/userAssignedIdentities/i,"
        + " IDENTITY",
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r/providers/Microsoft.Authorization/roleAssignments/x,"
        + " IDENTITY",
    "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions, IDENTITY",
    "/providers//Microsoft.Authorization/roleDefinitions, IDENTITY",
    "/cloud.json, CLOUD_DOCUMENT",
    "/, TASK_API",
    "/subscriptions, TASK_API",
    "/subscriptions/s/providers/Microsoft.ManagedIdentity, TASK_API",
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r/tasks/t,"
        + " TASK_API",
    "/subscriptions/s/resourceGroups/internal/providers/Microsoft.ContainerRegistry/registries/q,"
        + " TASK_API",
    "/slipwaylogs.blob.local/logs-r/cf10/rawtext.log, TASK_API",
    "/metadata/endpoints, TASK_API",
    "/hooks/018f2b1c-7a10-7c3e-9a55-0d5b8e1f2a01/key, TASK_API",
    "/not-a-guid/oauth2/token, TASK_API"
  })
  void shouldSendEachPathToItsOwner(String path, Destination expected) {
    assertThat(Destination.of(path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/internal/access-decisions",
        "//internal/access-decisions",
        "/%69nternal/access-decisions",
        "/INTERNAL/access-decisions",
        "/internal;a=b/access-decisions",
        "/;/internal/access-decisions",
        "/%2Finternal/access-decisions",
        "/\\internal/access-decisions",
        "/adfs/../internal/access-decisions",
        "/subscriptions/%2e%2e/internal/access-decisions",
        "/./internal/access-decisions",
        "/q/health",
        "/q",
        "/leases",
        "/leases/batch",
        "/secrets",
        "/%zz/internal"
      })
  void rejectsCallsBetweenTheServicesInAnySpelling(String path) {
    assertThat(Destination.of(path)).isEqualTo(Destination.REFUSED);
  }

  @Test
  void shouldDropEmptySegments() {
    assertThat(Destination.collapsed("//a///b/c//")).isEqualTo("/a/b/c/");
  }
}
