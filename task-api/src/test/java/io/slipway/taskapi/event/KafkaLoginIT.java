package io.slipway.taskapi.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slipway.contract.TopicLayout;
import io.slipway.contract.Topics;
import io.slipway.contract.kafka.KafkaSettings;
import io.slipway.infra.KafkaAccess;
import io.slipway.infra.KafkaAcls;
import io.slipway.infra.KafkaProcess;
import io.slipway.taskapi.support.Eventually;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** This service's clients at a Kafka that wants a log-in over TLS, with a platform's ACLs. */
@Timeout(120)
class KafkaLoginIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String PREFIX = "login.";
  private static final List<String> POOLS = List.of("default");

  @TempDir static Path folder;
  private static KafkaAccess access;
  private static KafkaProcess kafka;

  @BeforeAll
  static void startKafka() throws Exception {
    Path root = Path.of(System.getProperty("slipway.root", "..")).toAbsolutePath().normalize();
    access = KafkaAccess.create(folder);
    kafka =
        KafkaProcess.start(
            new KafkaProcess.Settings(
                root.resolve("deploy/infra/kafka-server/target/lib"),
                folder.resolve("kafka"),
                folder.resolve("kafka.log"),
                freePort(),
                freePort(),
                access));
    access.users().set(KafkaAcls.TASK_API, "first");
    access.users().set(KafkaAcls.RUN_REQUESTER, "second");
    try (Admin admin = Admin.create(kafka.adminSettings())) {
      admin.createAcls(KafkaAcls.all(PREFIX, POOLS)).all().get();
    }
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  @Test
  void shouldDoAllItsWorkAsAUserWithItsOwnRights() throws Exception {
    Map<String, Object> client = client(KafkaAcls.TASK_API, "first");
    KafkaAdmin admin = new KafkaAdmin(client);
    Publisher publisher = new Publisher(client, Optional.of(PREFIX));
    Vertx vertx = Vertx.vertx();
    TopicReaders readers =
        new TopicReaders(
            client,
            Optional.of(PREFIX),
            Duration.ofSeconds(8),
            new ReadTopic(vertx),
            new SimpleMeterRegistry());
    try {
      new EnsureTopics(admin, Optional.of(PREFIX), POOLS, (short) 1).ensure().await().atMost(LIMIT);
      List<String> written =
          List.of(
              Topics.RUN_EVENTS,
              Topics.runQueue("default"),
              Topics.LEDGER_BEATS,
              Topics.dead(Topics.RUN_LOGS));
      written.forEach(topic -> send(publisher, topic).await().atMost(LIMIT));
      List<String> seen = new CopyOnWriteArrayList<>();
      for (String topic : List.of(Topics.RUN_EVENTS, Topics.RUN_LOGS, Topics.RUN_REQUESTS)) {
        readers.open(
            topic,
            10,
            records -> {
              seen.add(topic);
              return Uni.createFrom().voidItem();
            });
      }
      try (TestPublisher requester =
          new TestPublisher(client(KafkaAcls.RUN_REQUESTER, "second"), PREFIX)) {
        send(requester.publisher(), Topics.RUN_REQUESTS).await().atMost(LIMIT);
        assertThatThrownBy(
                () -> send(requester.publisher(), Topics.RUN_EVENTS).await().atMost(LIMIT))
            .isInstanceOf(TopicAuthorizationException.class);
      }

      Eventually.holds(() -> assertThat(seen).contains(Topics.RUN_EVENTS, Topics.RUN_REQUESTS));
      TopicOffsets offsets = new TopicOffsets(admin, Optional.of(PREFIX));
      Eventually.holds(() ->
          assertThat(offsets.handled(Topics.RUN_EVENTS).await().atMost(LIMIT)).containsValue(1L));
      assertThat(admin.admin().listTopics().names().get())
          .containsExactlyInAnyOrderElementsOf(
              TopicLayout.all(POOLS).stream().map(topic -> PREFIX + topic.name()).toList());
    } finally {
      readers.close();
      publisher.close();
      admin.close();
      vertx.close().toCompletionStage().toCompletableFuture().get();
    }
  }

  @Test
  void shouldSayWhatToCheckWhenThePasswordIsWrong() throws Exception {
    KafkaAdmin admin = new KafkaAdmin(client(KafkaAcls.TASK_API, "guessed"));
    try {
      assertThatThrownBy(() -> admin.admin().listTopics().names().get())
          .hasCauseInstanceOf(SaslAuthenticationException.class)
          .satisfies(refused ->
              assertThat(KafkaSettings.advice(refused).orElse(""))
                  .contains("slipway.kafka.user", "slipway.kafka.password-file"));
    } finally {
      admin.close();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static Uni<Void> send(Publisher publisher, String topic) {
    return publisher.send(topic, "key", Map.of(), new byte[] {'x'});
  }

  private static Map<String, Object> client(String user, String password) throws Exception {
    Path file = KafkaAccess.secret(folder.resolve(password + ".password"), password);
    Map<String, String> all = access.configuration(kafka.bootstrap(), user, file);
    return KafkaSettings.read(all.keySet(), name -> Optional.ofNullable(all.get(name)));
  }
}
