package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.contract.Topics;
import io.slipway.identity.client.HolderKey;
import io.slipway.taskapi.outbox.Outbox;
import io.slipway.taskapi.store.Transactions;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Bus;
import io.slipway.taskapi.support.Eventually;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Ledger;
import io.slipway.taskapi.support.Platform;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many at once: nothing twice, nothing lost. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class ManyAgentsIT {
  private static final int RUNS = 1_000;
  private static final int AGENTS = 8;
  private static final int BATCH = 20;

  @Inject Transactions transactions;
  @Inject Outbox outbox;

  @Test
  void shouldGiveEachOfAThousandRunsToOneAgent() throws Exception {
    Fixture fixture = Fixture.of("manyagents");
    String body = "{'type':'TaskRunRequest','taskId':'" + fixture.task("hello") + "'}";
    Set<String> ids = ConcurrentHashMap.newKeySet();
    Api agents = Api.service("slipway-run-agent");
    together(
        RUNS,
        number -> {
          Api.Answer answer = fixture.api().post(fixture.id() + "/scheduleRun", body);
          assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
          ids.add(answer.at("/name"));
        });
    assertThat(ids).hasSize(RUNS);

    List<String> uids = uids(fixture);
    assertThat(uids).hasSize(RUNS);
    Queue<String> claimed = new ConcurrentLinkedQueue<>();
    together(AGENTS, agent -> claimAll(agents, "many-" + agent, uids, new Random(agent), claimed));

    assertThat(claimed).hasSize(RUNS);
    assertThat(new HashSet<>(claimed)).hasSize(RUNS);
    assertThat(
            Ledger.query(
                "select count(*) from run where registry = 'manyagents' and status = 'Started'"
                    + " and attempt = 1 and agent like 'many-%'"))
        .isEqualTo(Integer.toString(RUNS));
    everyRunWasAnnouncedOnce(new HashSet<>(uids));
  }

  private static void claimAll(
      Api api, String agent, List<String> uids, Random random, Queue<String> claimed) {
    List<String> order = new ArrayList<>(uids);
    Collections.shuffle(order, random);
    for (int from = 0; from < order.size(); from += BATCH) {
      List<String> asked = order.subList(from, Math.min(order.size(), from + BATCH));
      String runs =
          String.join(
              ",", asked.stream().map(uid -> "{'runUid':'" + uid + "','attempt':1}").toList());
      Api.Answer answer =
          api.post(
              "/internal/agents/claims",
              "{'agent':'"
                  + agent
                  + "','holder':'"
                  + HolderKey.fresh().holder()
                  + "','pool':'default','runs':["
                  + runs
                  + "]}");
      assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
      for (JsonNode claim : answer.json().path("claims")) {
        if (claim.path("outcome").asText().equals("Claimed")) {
          claimed.add(claim.path("runUid").asText());
        } else {
          assertThat(claim.path("outcome").asText()).isEqualTo("Taken");
          assertThat(claim.path("runToken").isNull()).isTrue();
        }
      }
    }
  }

  private static void everyRunWasAnnouncedOnce(Set<String> uids) {
    try (Bus bus = new Bus()) {
      List<Bus.Seen> queued =
          bus.await(Topics.runQueue("default"), RUNS, it -> uids.contains(it.key()));
      assertThat(queued).extracting(Bus.Seen::key).doesNotHaveDuplicates();
    }
  }

  @Test
  void shouldMakeOneRunOfARepeatedRequest() throws Exception {
    Fixture fixture = Fixture.of("idempotent");
    String body = "{'type':'TaskRunRequest','taskId':'" + fixture.task("hello") + "'}";
    Set<String> ids = ConcurrentHashMap.newKeySet();

    together(
        100,
        number ->
            ids.add(
                fixture
                    .api()
                    .post(fixture.id() + "/scheduleRun", body, "Idempotency-Key", "one")
                    .at("/name")));

    assertThat(ids).hasSize(1);
    assertThat(Ledger.query("select count(*) from run where registry = 'idempotent'"))
        .isEqualTo("1");
    assertThat(
            fixture
                .api()
                .post(
                    fixture.id() + "/scheduleRun",
                    body.replace("TaskRunRequest'", "TaskRunRequest','isArchiveEnabled':true"),
                    "Idempotency-Key",
                    "one")
                .status())
        .isEqualTo(409);
  }

  @Test
  void shouldPublishWhatADeadProcessCommitted() {
    String key = "left-by-a-dead-process";
    Outbox.Message left =
        new Outbox.Message(
            Topics.RUN_EVENTS, key, Map.of("ce_type", "left"), new byte[] {'{', '}'});

    // Committed, but the process died before it could say so: nobody nudges the relay.
    transactions.in(connection -> outbox.append(connection, List.of(left))).await().indefinitely();

    try (Bus bus = new Bus()) {
      assertThat(bus.await(Topics.RUN_EVENTS, 1, it -> key.equals(it.key()))).hasSize(1);
    }
    Eventually.equal(
        "0", () -> Ledger.query("select count(*) from outbox where key = '" + key + "'"));
  }

  private static List<String> uids(Fixture fixture) {
    String all =
        Ledger.query("select string_agg(uid::text, ',') from run where registry = 'manyagents'");
    return List.of(all.split(","));
  }

  private interface Work {
    void doIt(int number) throws Exception;
  }

  private static void together(int times, Work work) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
      List<Future<?>> running = new ArrayList<>();
      IntStream.range(0, times)
          .forEach(number ->
              running.add(
                  threads.submit(() -> {
                    work.doIt(number);
                    return null;
                  })));
      for (Future<?> one : running) {
        one.get();
      }
    }
  }
}
