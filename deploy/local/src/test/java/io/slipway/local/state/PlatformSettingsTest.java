package io.slipway.local.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformSettingsTest {
  @TempDir Path folder;

  @Test
  void shouldComeBackAsTheyWereKept() {
    StateFolder state = new StateFolder(folder);
    PlatformSettings settings =
        PlatformSettings.fresh(9443)
            .withAgents(5)
            .withUpstreams(
                Map.of(
                    "docker.io", "https://mirror.example.com:8443", "ghcr.io", "http://10.0.0.1"))
            .withStandIns(true);
    settings.save(state);
    assertThat(PlatformSettings.load(state)).contains(settings);
  }

  @Test
  void shouldSayWhichFileIsBroken() throws Exception {
    Files.writeString(folder.resolve("platform.properties"), "port-base=many\n");
    assertThatThrownBy(() -> PlatformSettings.load(new StateFolder(folder)))
        .isInstanceOf(LocalException.class)
        .hasMessageContaining("platform.properties");
  }

  @Test
  void shouldPreferAGivenMirrorToTheStandIn() {
    PlatformSettings settings = PlatformSettings.fresh(8443).withStandIns(true);
    assertThat(settings.effectiveUpstreams()).containsEntry("docker.io", "https://127.0.0.1:8533");
    assertThat(settings.withUpstreams(Map.of("docker.io", "https://m")).effectiveUpstreams())
        .containsEntry("docker.io", "https://m");
  }

  @Test
  void shouldGiveEachPartAPortOfItsOwn() {
    Ports ports = new Ports(8443);
    List<Integer> all =
        Stream.concat(
                ports.needed(Ports.MOST_AGENTS, true).values().stream(),
                IntStream.rangeClosed(ports.firstLoginServer(), ports.lastLoginServer()).boxed())
            .toList();
    assertThat(new HashSet<>(all)).hasSameSizeAs(all);
    assertThat(all).allMatch(port -> port >= 8443 && port <= 8443 + 95);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 80, 65445, 70000})
  void rejectsAPortBaseWithoutRoom(int base) {
    assertThatThrownBy(() -> new Ports(base)).isInstanceOf(LocalException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 13})
  void rejectsMoreAgentsThanThereArePorts(int agents) {
    assertThatThrownBy(() -> PlatformSettings.fresh(8443).withAgents(agents))
        .isInstanceOf(LocalException.class);
  }
}
