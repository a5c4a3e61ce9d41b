package io.slipway.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.contract.Topics;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What tests may expect of Kafka and PostgreSQL, wherever they come from. */
abstract class TestInfraContract {
  private TestInfra infra;

  abstract TestInfra infra();

  @BeforeEach
  void take() {
    infra = infra();
  }

  @Test
  void shouldServeADatabaseOfItsOwnSchema() throws Exception {
    TestInfra.Database database = infra.newDatabase("taskapi");

    try (var connection =
            DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
        var statement = connection.createStatement()) {
      statement.execute("create table t (id int)");
      var schema = statement.executeQuery("select schemaname from pg_tables where tablename = 't'");
      assertThat(schema.next()).isTrue();
      assertThat(schema.getString(1)).isEqualTo("taskapi");
      var commit = statement.executeQuery("show synchronous_commit");
      assertThat(commit.next()).isTrue();
      assertThat(commit.getString(1)).isEqualTo("on");
      var fsync = statement.executeQuery("show fsync");
      assertThat(fsync.next()).isTrue();
      assertThat(fsync.getString(1)).isEqualTo("on");
    }
  }

  @Test
  void rejectsAWrongPasswordOnLoopback() {
    TestInfra.Database database = infra.newDatabase("broker");

    assertThatThrownBy(
            () -> DriverManager.getConnection(database.jdbcUrl(), database.user(), "guess"))
        .hasMessageContaining("password authentication failed");
  }

  @Test
  void shouldMakeTopicsAgainAndAgain() throws Exception {
    infra.createTopics(infra.topicPrefix());
    infra.createTopics(infra.topicPrefix());

    try (Admin admin = KafkaTopics.admin(Map.of("bootstrap.servers", infra.kafkaBootstrap()))) {
      Set<String> names = admin.listTopics().names().get();
      assertThat(names)
          .contains(
              infra.topicPrefix() + "run-queue.default",
              infra.topicPrefix() + "run-events",
              infra.topicPrefix() + "ledger-beats");
    }
  }

  @Test
  void shouldHandOutARecordToAShareGroup() throws Exception {
    String prefix = infra.topicPrefix();
    infra.createTopics(prefix);
    String topic = prefix + "run-queue.default";
    Map<String, Object> server =
        Map.of(
            CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
            infra.kafkaBootstrap(),
            "group.id",
            prefix + Topics.agentGroup("default"));
    try (var producer =
            new KafkaProducer<>(server, new StringSerializer(), new StringSerializer());
        var consumer =
            new KafkaShareConsumer<>(server, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      producer.send(new ProducerRecord<>(topic, "key", "value")).get();

      List<String> values = new ArrayList<>();
      long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (values.isEmpty() && System.nanoTime() < end) {
        consumer.poll(Duration.ofSeconds(1)).forEach(record -> values.add(record.value()));
      }
      assertThat(values).containsExactly("value");
    }
  }
}
