package io.slipway.taskapi.arm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArmPathTest {

  @ParameterizedTest
  @CsvSource({
    "/subscriptions, /subscriptions",
    "/Subscriptions/AB-c/resourceGroups/MyGroup, /subscriptions/AB-c/resourcegroups/MyGroup",
    "/subscriptions/S/resourceGroups/G/providers/Microsoft.ContainerRegistry//registries/MyReg, /subscriptions/S/resourcegroups/G/providers/microsoft.containerregistry/registries/MyReg",
    "/subscriptions/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.CONTAINERREGISTRY/REGISTRIES/R/TASKS/T/LISTDETAILS, /subscriptions/S/resourcegroups/G/providers/microsoft.containerregistry/registries/R/tasks/T/listdetails",
    "/subscriptions/S/providers/Microsoft.ContainerRegistry/checkNameAvailability, /subscriptions/S/providers/microsoft.containerregistry/checknameavailability",
    "/subscriptions/S/resourceGroups/G/providers/Microsoft.ContainerRegistry/registries/R/runs/CF10/listLogSasUrl, /subscriptions/S/resourcegroups/G/providers/microsoft.containerregistry/registries/R/runs/CF10/listlogsasurl",
    "/subscriptions/S/resourceGroups/Microsoft.Odd, /subscriptions/S/resourcegroups/Microsoft.Odd",
    "//metadata/endpoints, /metadata/endpoints",
    "/slipwaylogs.blob.local/logs-MyReg/CF10/rawtext.log, /slipwaylogs.blob.local/logs-MyReg/CF10/rawtext.log",
    "/internal/agents/claims, /internal/agents/claims",
    "/, /"
  })
  void shouldBringWordsToLowerCaseAndKeepNames(String path, String normal) {
    assertThat(ArmPath.normal(path)).isEqualTo(normal);
    assertThat(ArmPath.normal(normal)).isEqualTo(normal);
  }

  @Test
  void shouldReadTheNameOfAChildInAnyCase() {
    String registry = "/subscriptions/s/resourceGroups/MyGroup/providers/X.Y/registries/MyReg";

    assertThat(ResourceId.childName(registry, "tasks", registry.toUpperCase() + "/TASKS/Hello"))
        .contains("Hello");
    assertThat(ResourceId.childName(registry, "tasks", registry + "2/tasks/hello")).isEmpty();
    assertThat(ResourceId.childName(registry, "tasks", registry + "/tasks/a/b")).isEmpty();
    assertThat(ResourceId.childName(registry, "tasks", registry + "/tasks/")).isEmpty();
  }
}
