package io.slipway.local.part;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.local.state.LocalCertificates;
import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.StateFolder;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ServiceConfigsTest {
  private static final StateFolder STATE = new StateFolder(Path.of("/state"));
  private static final PlatformSettings SETTINGS = PlatformSettings.fresh(9000).withStandIns(true);
  private final ServiceConfigs configs =
      new ServiceConfigs(
          SETTINGS,
          STATE,
          new LocalCertificates(STATE.tls(), InstantSource.system()),
          role -> "password-of-" + role);

  @Test
  void shouldLetEachServiceListenOnLoopbackAndOnItsOwnPort() {
    List<Map<String, String>> all = all();
    assertThat(all).allSatisfy(c -> assertThat(c).containsEntry("quarkus.http.host", "127.0.0.1"));
    List<String> ports =
        all.stream()
            .flatMap(c ->
                Stream.of(c.get("quarkus.http.port"), c.get("quarkus.management.port"))
                    .filter(Objects::nonNull))
            .toList();
    assertThat(new HashSet<>(ports)).hasSameSizeAs(ports);
  }

  @Test
  void shouldGiveNobodyAnothersDatabaseOrSecret() {
    assertThat(configs.identity())
        .containsEntry("quarkus.datasource.password", "password-of-identity");
    assertThat(configs.broker()).containsEntry("quarkus.datasource.password", "password-of-broker");
    assertThat(configs.taskApi())
        .containsEntry("quarkus.datasource.password", "password-of-taskapi");
    assertThat(Stream.of(configs.registry(), configs.agent(1), configs.agent(2)))
        .allSatisfy(c -> assertThat(c.values()).noneMatch(value -> value.contains("password-of-")));
    assertThat(configs.agent(1))
        .containsEntry("slipway.client.secret-file", "/state/secrets/slipway-run-agent.secret");
    assertThat(configs.agent(1).keySet()).noneMatch(key -> key.contains("keyset"));
    assertThat(configs.taskApi().keySet()).noneMatch(key -> key.contains("keyset"));
  }

  @Test
  void shouldHaveEachClientOfKafkaLogInAsItself() {
    assertThat(Stream.of(configs.taskApi(), configs.agent(1), configs.agent(2)))
        .allSatisfy(c -> assertThat(c).containsEntry("kafka.security.protocol", "SASL_PLAINTEXT"))
        .extracting(c -> c.get("slipway.kafka.user"))
        .containsExactly("task-api", "run-agent-1", "run-agent-2");
    assertThat(configs.agent(2))
        .containsEntry("slipway.kafka.password-file", "/state/keys/kafka/run-agent-2.password");
    assertThat(Stream.of(configs.identity(), configs.broker(), configs.registry()))
        .allSatisfy(c -> assertThat(c.keySet()).noneMatch(key -> key.contains("kafka")));
  }

  @Test
  void shouldTellAllTheSameIssuerAndKeys() {
    assertThat(Stream.of(configs.broker(), configs.taskApi(), configs.registry(), configs.agent(1)))
        .allSatisfy(c ->
            assertThat(c)
                .containsEntry("slipway.issuer", "https://localhost:9000/adfs")
                .containsEntry("slipway.identity-url", "http://127.0.0.1:9002"));
  }

  @Test
  void shouldSendImportsOfThePublicRegistryToTheStandIn() {
    assertThat(configs.agent(2))
        .containsEntry("slipway.agent.name", "run-agent-2")
        .containsEntry("slipway.agent.closed-ports", "9000-9095")
        .containsEntry("slipway.agent.upstreams", "docker.io=https://127.0.0.1:9090");
  }

  /** Neither the services' own ports nor PostgreSQL's and Kafka's. */
  @Test
  void shouldOpenTheRegistriesAndTheFrontDoorAlone() {
    String open = "127.0.0.1:9010-9079,localhost:9000";
    assertThat(configs.broker())
        .hasEntrySatisfying("slipway.broker.open-networks", startsWith(open));
    assertThat(configs.agent(1))
        .hasEntrySatisfying("slipway.agent.open-networks", startsWith(open));
  }

  private static Consumer<String> startsWith(String open) {
    return text -> assertThat(text).isIn(open, open + ",127.0.0.1:9090-9091");
  }

  private List<Map<String, String>> all() {
    return List.of(
        configs.identity(),
        configs.broker(),
        configs.taskApi(),
        configs.registry(),
        configs.agent(1),
        configs.agent(2));
  }
}
