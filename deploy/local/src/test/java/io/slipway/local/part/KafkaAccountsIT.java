package io.slipway.local.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.contract.Topics;
import io.slipway.infra.ChildProcess;
import io.slipway.infra.KafkaAccess;
import io.slipway.infra.KafkaAcls;
import io.slipway.infra.KafkaProcess;
import io.slipway.infra.KafkaTopics;
import io.slipway.local.machine.LoopbackPorts;
import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.Ports;
import io.slipway.local.state.Project;
import io.slipway.local.state.StateFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kafka as {@code ./slipway up} makes it, in a folder of a version whose Kafka let in everybody,
 * and those who try what is not theirs.
 */
@Timeout(120)
class KafkaAccountsIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String AGENT = "run-agent-1";
  private static final String QUEUE = Topics.runQueue("default");

  @TempDir static Path folder;
  private static StateFolder state;
  private static PlatformSettings settings;
  private static ChildProcess kafka;

  @BeforeAll
  static void startKafka() throws Exception {
    state = new StateFolder(folder.resolve("state"));
    state.create();
    settings = PlatformSettings.fresh(freePorts().base());
    letInEverybodyBefore();
    kafka = part(settings).start();
  }

  /** Leaves an event. */
  private static void letInEverybodyBefore() throws Exception {
    try (KafkaProcess open =
        KafkaProcess.start(
            new KafkaProcess.Settings(
                Project.here().kafkaJars(),
                state.data("kafka"),
                state.log("kafka"),
                settings.ports().kafka(),
                settings.ports().kafkaController()))) {
      KafkaTopics.create(open.bootstrap(), "", "default");
      try (var producer = producer(Map.of("bootstrap.servers", open.bootstrap()))) {
        producer.send(new ProducerRecord<>(Topics.RUN_EVENTS, 0, null, "of before")).get();
      }
    }
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  @Test
  void shouldKeepWhatWasThereBeforeThereWereUsers() throws Exception {
    Map<String, Object> reader = file(KafkaAcls.EVENT_READER);
    reader.put("group.id", "event-reader.test");
    reader.put("auto.offset.reset", "earliest");
    try (var consumer =
        new KafkaConsumer<>(reader, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(Topics.RUN_EVENTS));
      ConsumerRecords<String, String> read = ConsumerRecords.empty();
      long end = System.nanoTime() + LIMIT.toNanos();
      while (read.isEmpty() && System.nanoTime() < end) {
        read = consumer.poll(Duration.ofSeconds(1));
      }
      assertThat(read.records(Topics.RUN_EVENTS))
          .anySatisfy(record -> assertThat(record.value()).isEqualTo("of before"));
    }
  }

  @Test
  void rejectsWhoDoesNotLogIn() {
    Map<String, Object> nobody = quick(Map.of("bootstrap.servers", bootstrap()));
    try (Admin admin = Admin.create(nobody)) {
      assertThatThrownBy(() -> admin.listTopics().names().get())
          .hasCauseInstanceOf(TimeoutException.class);
    }
  }

  @Test
  void rejectsOthersPasswordsAndNamesThatAreNoUsers() throws Exception {
    String other = Files.readString(users().users().file("run-agent-2"));
    for (String user : List.of(AGENT, "admin", "nobody", "../kafka/admin", "")) {
      Map<String, Object> guessed = client(AGENT);
      guessed.put(
          "sasl.jaas.config",
          "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
              .formatted(user, other));
      try (Admin admin = Admin.create(guessed)) {
        assertThatThrownBy(() -> admin.listTopics().names().get())
            .as(user)
            .hasCauseInstanceOf(SaslAuthenticationException.class);
      }
    }
  }

  @Test
  void rejectsAnAgentThatWritesWhereItMayNot() throws Exception {
    try (var producer = producer(client(AGENT))) {
      producer.send(new ProducerRecord<>(Topics.RUN_EVENTS, 1, null, "its own")).get();
      for (String topic :
          List.of(
              Topics.RUN_REQUESTS, QUEUE, Topics.LEDGER_BEATS, Topics.dead(Topics.RUN_EVENTS))) {
        assertThatThrownBy(() -> producer.send(new ProducerRecord<>(topic, "not its own")).get())
            .as(topic)
            .hasCauseInstanceOf(TopicAuthorizationException.class);
      }
    }
  }

  @Test
  void rejectsAnAgentThatReadsOrJoinsWhatIsNotItsOwn() {
    for (String topic :
        List.of(Topics.RUN_REQUESTS, Topics.RUN_EVENTS, Topics.RUN_LOGS, Topics.dead(QUEUE))) {
      assertThatThrownBy(() -> read(client(AGENT), topic))
          .as(topic)
          .isInstanceOf(TopicAuthorizationException.class);
    }
    for (String group : List.of("task-api.run-events", "event-reader")) {
      Map<String, Object> member = member(group);
      var consumer =
          new KafkaConsumer<>(member, new StringDeserializer(), new StringDeserializer());
      consumer.subscribe(List.of(QUEUE));
      assertThatThrownBy(() -> consumer.poll(LIMIT))
          .as(group)
          .isInstanceOf(GroupAuthorizationException.class);
      consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
    var consumer =
        new KafkaShareConsumer<>(
            member("agents.other"), new StringDeserializer(), new StringDeserializer());
    consumer.subscribe(List.of(QUEUE));
    assertThatThrownBy(() -> consumer.poll(LIMIT)).isInstanceOf(GroupAuthorizationException.class);
    consumer.close(Duration.ZERO);
  }

  private static Map<String, Object> member(String group) {
    Map<String, Object> member = client(AGENT);
    member.put("group.id", group);
    return member;
  }

  @Test
  void rejectsAnAgentThatChangesTopicsOrUsersRights() {
    AclBinding wanted =
        KafkaAcls.all("", Set.of("default"), Set.of(AGENT)).stream()
            .filter(acl -> acl.entry().principal().equals("User:task-api"))
            .findFirst()
            .orElseThrow();
    Map<String, Object> controller = quick(client(AGENT));
    controller.remove("bootstrap.servers");
    controller.put("bootstrap.controllers", "127.0.0.1:" + settings.ports().kafkaController());
    try (Admin admin = Admin.create(quick(client(AGENT)));
        Admin atController = Admin.create(controller)) {
      for (Admin each : List.of(admin, atController)) {
        assertThatThrownBy(() -> each.createAcls(List.of(wanted)).all().get())
            .hasCauseInstanceOf(ClusterAuthorizationException.class);
      }
      assertThatThrownBy(() -> admin.deleteTopics(List.of(QUEUE)).all().get())
          .hasCauseInstanceOf(TopicAuthorizationException.class);
      assertThatThrownBy(
              () -> admin.createTopics(List.of(new NewTopic("more", 1, (short) 1))).all().get())
          .hasCauseInstanceOf(TopicAuthorizationException.class);
    }
  }

  @Test
  void shouldGivePeoplesProgramsNoMoreThanTheyAreFor() throws Exception {
    try (var requester = producer(file(KafkaAcls.RUN_REQUESTER));
        var reader = producer(file(KafkaAcls.EVENT_READER))) {
      requester.send(new ProducerRecord<>(Topics.RUN_REQUESTS, "may be written")).get();
      assertThatThrownBy(() -> requester.send(new ProducerRecord<>(QUEUE, "may not")).get())
          .hasCauseInstanceOf(TopicAuthorizationException.class);
      assertThatThrownBy(() -> reader.send(new ProducerRecord<>(Topics.RUN_EVENTS, "x")).get())
          .hasCauseInstanceOf(AuthorizationException.class);
    }
    assertThatThrownBy(() -> read(file(KafkaAcls.RUN_REQUESTER), Topics.RUN_REQUESTS))
        .isInstanceOf(TopicAuthorizationException.class);
    assertThatThrownBy(() -> read(file(KafkaAcls.EVENT_READER), Topics.RUN_LOGS))
        .isInstanceOf(TopicAuthorizationException.class);
  }

  /** As the next start does, here while Kafka is up. */
  @Test
  void shouldLetInAsManyAgentsAsThereAreAndKeepTheOwnersUsers() throws Exception {
    users().users().set("dashboard", "of the owner");
    part(settings.withAgents(4)).setUp(users().admin(bootstrap()));
    Map<String, Object> fourth = client("run-agent-4");
    try (var producer = producer(fourth)) {
      producer.send(new ProducerRecord<>(Topics.RUN_EVENTS, 1, null, "the fourth")).get();
    }

    part(settings).setUp(users().admin(bootstrap()));

    try (Admin admin = Admin.create(fourth)) {
      assertThatThrownBy(() -> admin.listTopics().names().get())
          .hasCauseInstanceOf(SaslAuthenticationException.class);
    }
    assertThat(users().users().file("dashboard")).exists();
    try (Admin admin = Admin.create(users().admin(bootstrap()))) {
      assertThat(admin.describeAcls(AclBindingFilter.ANY).values().get())
          .hasSameElementsAs(new KafkaAccounts(state, settings).acls());
    }
  }

  private static KafkaPart part(PlatformSettings settings) {
    return KafkaPart.of(Project.here(), state, settings);
  }

  private static KafkaAccess users() {
    return new KafkaAccounts(state, settings).access();
  }

  private static String bootstrap() {
    return settings.ports().kafkaBootstrap();
  }

  private static Map<String, Object> client(String user) {
    return new HashMap<>(users().client(bootstrap(), user));
  }

  private static Map<String, Object> file(String user) {
    return KafkaAccounts.client(state, user);
  }

  private static Map<String, Object> quick(Map<String, Object> client) {
    Map<String, Object> quick = new HashMap<>(client);
    quick.put("default.api.timeout.ms", "1500");
    quick.put("request.timeout.ms", "1000");
    return quick;
  }

  private static KafkaProducer<String, String> producer(Map<String, Object> client) {
    return new KafkaProducer<>(client, new StringSerializer(), new StringSerializer());
  }

  private static void read(Map<String, Object> client, String topic) {
    try (var consumer =
        new KafkaConsumer<>(client, new StringDeserializer(), new StringDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(Set.of(partition));
      consumer.seekToBeginning(Set.of(partition));
      consumer.poll(LIMIT);
    }
  }

  private static Ports freePorts() {
    while (true) {
      Ports ports = new Ports(20_000 + ThreadLocalRandom.current().nextInt(200) * 100);
      if (ports.needed(2, true).values().stream().allMatch(LoopbackPorts::isFree)) {
        return ports;
      }
    }
  }
}
