package io.slipway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.local.state.OwnSettings;
import io.slipway.local.state.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenLoopbackTest {
  private static final Ports PORTS = new Ports(9000);

  @TempDir Path folder;

  @Test
  void shouldOpenWhatIsNotThePlatformsOwn() {
    OpenLoopback.write(new OwnSettings(folder), PORTS);

    String open = "127.0.0.1:1-8999,127.0.0.1:9096-65535";
    assertThat(new OwnSettings(folder).of("run-agent"))
        .containsExactly(Map.entry("slipway.agent.open-networks", open));
    assertThat(new OwnSettings(folder).of("credential-broker"))
        .containsExactly(Map.entry("slipway.broker.open-networks", open));
  }

  @Test
  void shouldLeaveTheOwnersSettingsAlone() throws IOException {
    Path own = Files.writeString(folder.resolve("run-agent.properties"), "slipway.agent.slots=3\n");

    OpenLoopback.write(new OwnSettings(folder), PORTS);

    assertThat(own).hasContent("slipway.agent.slots=3");
  }

  @Test
  void shouldEndWithTheLastPort() {
    assertThat(OpenLoopback.besides(new Ports(65535 - 95))).containsExactly("127.0.0.1:1-65439");
  }
}
