package io.slipway.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.agent.StoppableKafka;
import io.slipway.agent.TestAgent;
import io.slipway.agent.TestLedger;
import io.slipway.agent.TestQueue;
import io.slipway.agent.event.LedgerWatch;
import io.slipway.contract.EventAttributes;
import io.slipway.contract.EventSignature;
import io.slipway.contract.EventType;
import io.slipway.contract.Topics;
import io.slipway.contract.agent.RunAttempt;
import io.slipway.contract.kafka.KafkaSettings;
import io.slipway.infra.KafkaAccess;
import io.slipway.infra.KafkaAcls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole agent at a Kafka that wants a log-in over TLS, with the ACLs of a platform. */
@Timeout(120)
class KafkaLoginIT {
  @TempDir static Path folder;
  private static StoppableKafka kafka;
  private static KafkaAccess access;
  private static TestQueue queue;
  private static Path password;

  @BeforeAll
  static void startKafka() throws Exception {
    access = KafkaAccess.create(folder);
    kafka = new StoppableKafka(folder, access);
    access.users().set(KafkaAcls.RUN_AGENT, "the agent's \"word\"");
    password = access.users().file(KafkaAcls.RUN_AGENT);
    queue = new TestQueue(access.admin(kafka.bootstrap()));
    try (Admin admin = Admin.create(access.admin(kafka.bootstrap()))) {
      admin.createAcls(KafkaAcls.all(queue.prefix, List.of("default"))).all().get();
    }
  }

  @AfterAll
  static void stopKafka() throws Exception {
    queue.close();
    kafka.close();
  }

  @Test
  void shouldDoAllItsWorkAsAUserWithItsOwnRights() throws Exception {
    try (TestLedger ledger = new TestLedger();
        TestAgent agent =
            new TestAgent(
                    folder, kafka.bootstrap(), queue.prefix, ledger.address(), configuration())
                .start()) {
      queue.write(new byte[] {'x'}, null);
      RunAttempt run = queue.queue();

      TestQueue.await(
          "the end of the run", () -> queue.events(run).contains(EventType.RUN_COMPLETED.type()));
      TestQueue.await(
          "the dead letter", () -> queue.read(Topics.dead(Topics.runQueue("default"))).size() == 1);
      TestQueue.await("the ledger's beats", () -> isWatching(agent));
      assertThat(queue.read(Topics.RUN_EVENTS)).allSatisfy(KafkaLoginIT::isSigned);
    }
  }

  @Test
  void shouldNotQueueRunsNorReadWhatOthersPublish() {
    Map<String, Object> agent = client(password);
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(agent, new StringSerializer(), new ByteArraySerializer())) {
      for (String topic : List.of(Topics.runQueue("default"), Topics.RUN_REQUESTS)) {
        assertThatThrownBy(
                () -> producer.send(new ProducerRecord<>(queue.prefix + topic, new byte[1])).get())
            .hasCauseInstanceOf(TopicAuthorizationException.class)
            .satisfies(
                refused -> assertThat(KafkaSettings.advice(refused).orElse("")).contains("ACLs"));
      }
    }
    for (String topic : List.of(Topics.RUN_EVENTS, Topics.RUN_LOGS, Topics.RUN_REQUESTS)) {
      try (KafkaConsumer<byte[], byte[]> consumer =
          new KafkaConsumer<>(agent, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        TopicPartition partition = new TopicPartition(queue.prefix + topic, 0);
        consumer.assign(Set.of(partition));
        assertThatThrownBy(
                () -> {
                  consumer.seekToBeginning(Set.of(partition));
                  consumer.poll(Duration.ofSeconds(20));
                })
            .isInstanceOf(TopicAuthorizationException.class);
      }
    }
  }

  @Test
  void shouldSayWhatToCheckWhenThePasswordIsWrong() throws Exception {
    Path wrong = KafkaAccess.secret(folder.resolve("wrong.password"), "guessed");
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(client(wrong), new StringSerializer(), new ByteArraySerializer())) {
      assertThatThrownBy(() -> producer.partitionsFor(queue.prefix + Topics.RUN_EVENTS))
          .isInstanceOf(SaslAuthenticationException.class)
          .hasMessageNotContaining("guessed")
          .satisfies(refused ->
              assertThat(KafkaSettings.advice(refused).orElse(""))
                  .contains("slipway.kafka.user", "slipway.kafka.password-file"));
    }
  }

  private static Map<String, String> configuration() {
    return access.configuration(kafka.bootstrap(), KafkaAcls.RUN_AGENT, password);
  }

  private static Map<String, Object> client(Path passwordFile) {
    Map<String, String> all =
        access.configuration(kafka.bootstrap(), KafkaAcls.RUN_AGENT, passwordFile);
    Map<String, Object> settings =
        new HashMap<>(KafkaSettings.read(all.keySet(), name -> Optional.ofNullable(all.get(name))));
    settings.put("auto.offset.reset", "earliest");
    return settings;
  }

  private static boolean isWatching(TestAgent agent) {
    try {
      return agent.bean(LedgerWatch.class).seen() != null;
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static void isSigned(ConsumerRecord<String, byte[]> record) {
    Map<String, String> headers = new HashMap<>();
    record.headers().forEach(one -> headers.put(one.key(), TestQueue.header(record, one.key())));
    byte[] key = Base64.getUrlDecoder().decode(TestLedger.EVENT_KEY);
    assertThat(headers)
        .containsEntry(EventAttributes.CAUSATION_ID, TestLedger.REQUEST.id())
        .containsEntry(EventAttributes.CAUSATION_SOURCE, TestLedger.REQUEST.source())
        .containsEntry("ce_traceparent", TestLedger.REQUEST.traceparent())
        .containsEntry(
            EventSignature.HEADER, EventSignature.of(key, record.key(), headers, record.value()));
  }
}
