package io.slipway.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.DriverManager;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

class TestInfraIT {
  private final TestInfra infra = TestInfra.shared();

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

    try (Admin admin = KafkaTopics.admin(infra.kafkaBootstrap())) {
      Set<String> names = admin.listTopics().names().get();
      assertThat(names)
          .contains(infra.topicPrefix() + "run-queue.default", infra.topicPrefix() + "run-events");
    }
  }
}
