package io.slipway.local.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnSettingsTest {
  @TempDir Path folder;

  @Test
  void shouldReadTheFileOfAService() throws Exception {
    Files.writeString(folder.resolve("run-agent.properties"), "# mine\nslipway.agent.slots=3\n");
    OwnSettings settings = new OwnSettings(folder);

    assertThat(settings.of("run-agent")).containsExactly(Map.entry("slipway.agent.slots", "3"));
    assertThat(settings.of("task-api")).isEmpty();
    assertThat(new OwnSettings(folder.resolve("none")).of("run-agent")).isEmpty();
  }

  @Test
  void rejectsAFileThatIsNoProperties() throws Exception {
    Files.writeString(folder.resolve("run-agent.properties"), "a=\\u00zz\n");

    assertThatThrownBy(() -> new OwnSettings(folder).of("run-agent"))
        .isInstanceOf(LocalException.class)
        .hasMessageContaining("run-agent.properties");
  }

  @Test
  void shouldOpenNetworksBesideThePlatformsOwnRegistries() throws Exception {
    Files.writeString(
        folder.resolve("run-agent.properties"),
        "slipway.agent.slots=3\nslipway.agent.open-networks=10.20.0.0/16\n");

    assertThat(
            new OwnSettings(folder)
                .over(
                    Map.of(
                        "slipway.agent.slots", "2",
                        "slipway.agent.open-networks", "127.0.0.1:8453-8522"),
                    "run-agent"))
        .containsOnly(
            Map.entry("slipway.agent.slots", "3"),
            Map.entry("slipway.agent.open-networks", "127.0.0.1:8453-8522,10.20.0.0/16"));
  }
}
