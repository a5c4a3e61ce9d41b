package io.slipway.taskapi;

import static io.slipway.taskapi.BaseImageCast.RUNTIME;
import static io.slipway.taskapi.BaseImageCast.begun;
import static io.slipway.taskapi.BaseImageCast.digest;
import static io.slipway.taskapi.BaseImageCast.end;
import static io.slipway.taskapi.BaseImageCast.image;
import static io.slipway.taskapi.BaseImageCast.on;
import static io.slipway.taskapi.BaseImageCast.push;
import static io.slipway.taskapi.BaseImageCast.ran;
import static io.slipway.taskapi.BaseImageCast.runs;
import static io.slipway.taskapi.BaseImageCast.server;
import static io.slipway.taskapi.BaseImageCast.task;
import static io.slipway.taskapi.BaseImageCast.trigger;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.contract.ImageDependency;
import io.slipway.contract.ImageRef;
import io.slipway.contract.RunOutcome;
import io.slipway.taskapi.baseimage.FireBaseImages;
import io.slipway.taskapi.baseimage.PollBaseImages;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Eventually;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Ledger;
import io.slipway.taskapi.support.Platform;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A tag that is moved to another image starts the tasks that stand on it, each once. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class BaseImagesIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Inject FireBaseImages fireBaseImages;
  @Inject PollBaseImages pollBaseImages;

  @BeforeEach
  void leads() {
    Eventually.equal(
        "1", () -> Ledger.query("select count(*) from leader where until > clock_timestamp()"));
  }

  private void sweep() {
    fireBaseImages.sweep().await().atMost(LIMIT);
  }

  @Test
  void shouldStartOneRunForEachChangeHoweverManySweep() {
    Fixture.of("basesource");
    Fixture fixture = task("baseonce", "apptask", RUNTIME);
    push("basesource", "node", 1);
    sweep();
    ran(fixture, "apptask", on(image("baseonce", "apptask", 90), image("basesource", "node", 1)));
    sweep();
    push("basesource", "node", 1);
    push("basesource", "other", 2);
    sweep();
    assertThat(runs("baseonce")).isZero();

    push("basesource", "node", 2);
    Uni.join()
        .all(fireBaseImages.sweep(), fireBaseImages.sweep(), fireBaseImages.sweep())
        .andFailFast()
        .await()
        .atMost(LIMIT);

    assertThat(runs("baseonce")).isEqualTo(1);
    String first = trigger(fixture, "apptask").path("lastRunId").asText();
    JsonNode run = fixture.api().get(fixture.run(first)).json().path("properties");
    assertThat(run.path("task").asText()).isEqualTo("apptask");
    assertThat(run.path("timerTrigger").isNull()).isTrue();
    assertThat(run.at("/imageUpdateTrigger/id").asText()).hasSize(36);
    assertThat(run.at("/imageUpdateTrigger/timestamp").asText())
        .isEqualTo(trigger(fixture, "apptask").path("lastOccurrence").asText());
    assertThat(run.at("/imageUpdateTrigger/images")).hasSize(1);
    assertThat(run.at("/imageUpdateTrigger/images/0"))
        .isEqualTo(Api.JSON.valueToTree(image("basesource", "node", 2)));

    // What changes while it goes on waits for its end, and is nothing new if the run has met it.
    push("basesource", "node", 3);
    push("basesource", "node", 4);
    sweep();
    assertThat(runs("baseonce")).isEqualTo(1);
    assertThat(trigger(fixture, "apptask").path("lastProblem").asText())
        .contains("while run " + first + " goes on");
    end(
        fixture,
        first,
        RunOutcome.SUCCEEDED,
        on(image("baseonce", "apptask", 91), image("basesource", "node", 3)));
    sweep();
    assertThat(runs("baseonce")).isEqualTo(2);
    String second = trigger(fixture, "apptask").path("lastRunId").asText();
    assertThat(second).isNotEqualTo(first);
    assertThat(trigger(fixture, "apptask").has("lastProblem")).isFalse();
    end(
        fixture,
        second,
        RunOutcome.SUCCEEDED,
        on(image("baseonce", "apptask", 92), image("basesource", "node", 4)));
    sweep();
    sweep();
    assertThat(runs("baseonce")).isEqualTo(2);
    push("basesource", "node", 1); // an image of before is a change too
    sweep();
    assertThat(runs("baseonce")).isEqualTo(3);
    String third = trigger(fixture, "apptask").path("lastRunId").asText();
    end(fixture, third, RunOutcome.FAILED);
    fireBaseImages.compare().await().atMost(LIMIT);
    sweep();
    assertThat(runs("baseonce")).as("a run that failed is not tried again").isEqualTo(3);
  }

  /** Whoever started the run died before it was remembered; or a push was never told. */
  @Test
  void shouldFindTheRunThatWasStartedBeforeAndThePushThatWasLost() {
    Fixture fixture = task("basetwice", "apptask", RUNTIME);
    sweep();
    push("basetwice", "node", 1);
    ran(fixture, "apptask", on(null, image("basetwice", "node", 1)));
    sweep();
    String of = " where registry_uid = (select uid from registry where name = 'basetwice')";
    Ledger.change("update image_tag set digest = '" + digest(2) + "'" + of);
    String firing = Ledger.query("select firing from base_image_trigger" + of);
    sweep();
    assertThat(runs("basetwice")).isZero();

    fireBaseImages.compare().await().atMost(LIMIT);
    sweep();

    assertThat(runs("basetwice")).isEqualTo(1);
    String first = trigger(fixture, "apptask").path("lastRunId").asText();
    Ledger.change(
        "update base_image_trigger set due_at = now(), last_run = null, firing = '%s'%s"
            .formatted(firing, of));
    Ledger.change(
        "update base_image set seen = built where task_uid in (select uid from task" + of + ")");
    sweep();
    assertThat(runs("basetwice")).isEqualTo(1);
    assertThat(trigger(fixture, "apptask").path("lastRunId").asText()).isEqualTo(first);
  }

  /** Nor do changes from before it began. */
  @Test
  void shouldStartNothingWhileItIsDisabled() {
    Fixture fixture = task("baseoff", "apptask", RUNTIME.replace("}", ",'status':'Disabled'}"));
    push("baseoff", "node", 1);
    ran(fixture, "apptask", on(null, image("baseoff", "node", 1)));
    sweep();
    push("baseoff", "node", 2);
    sweep();
    String patch = "{'properties':{'status':'%s','trigger':{'baseImageTrigger':{%s}}}}";
    String enabled = "'name':'base','status':'Enabled'";
    fixture.api().patch(fixture.task("apptask"), patch.formatted("Enabled", enabled));
    sweep();
    assertThat(runs("baseoff")).isZero();
    push("baseoff", "node", 3);
    fixture.api().patch(fixture.task("apptask"), patch.formatted("Disabled", enabled));
    sweep();
    assertThat(runs("baseoff")).isZero();

    fixture.api().patch(fixture.task("apptask"), patch.formatted("Enabled", enabled));
    sweep();
    push("baseoff", "node", 4);
    sweep();
    assertThat(runs("baseoff")).isEqualTo(1);
  }

  /** What a run could not read, its task learns nothing about. */
  @Test
  void shouldWatchImagesOfItsKindThatTheRunHasRead() {
    Fixture fixture = task("basekinds", "apptask", RUNTIME);
    ImageRef unread = new ImageRef(server("basekinds"), "secret", "1", null);
    ImageDependency built =
        on(null, image("basekinds", "node", 1), image("basekinds", "go", 1), unread);
    ran(fixture, "apptask", built);
    sweep();
    push("basekinds", "go", 2);
    sweep();
    assertThat(runs("basekinds")).isZero();
    assertThat(trigger(fixture, "apptask").has("lastProblem")).isFalse();

    fixture
        .api()
        .patch(
            fixture.task("apptask"),
            "{'properties':{'trigger':{'baseImageTrigger':{'name':'base','baseImageTriggerType':'All'}}}}");
    sweep();
    push("basekinds", "secret", 2);
    sweep();
    assertThat(runs("basekinds")).isZero();
    push("basekinds", "go", 3);
    sweep();
    assertThat(runs("basekinds")).isEqualTo(1);
  }

  private void poll() {
    Ledger.change("update base_image set poll_at = now() where poll_at is not null");
    pollBaseImages.poll().await().atMost(LIMIT);
    sweep();
  }

  @Test
  void shouldAskRegistriesOfTheWorldWithTheTasksCredential() throws Exception {
    int port = Platform.running().elsewhere();
    String server = "127.0.0.1:" + port;
    AtomicReference<String> there = new AtomicReference<>(digest(2));
    HttpServer registry = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    registry.createContext(
        "/",
        exchange -> {
          boolean known = exchange.getRequestHeaders().containsKey("Authorization");
          exchange.getResponseHeaders().add("WWW-Authenticate", "Basic");
          exchange.getResponseHeaders().add("Docker-Content-Digest", there.get());
          exchange.sendResponseHeaders(known ? 200 : 401, -1);
          exchange.close();
        });
    registry.start();
    Fixture fixture = task("basepolled", "apptask", RUNTIME);
    try {
      sweep();
      ImageRef base = new ImageRef(server, "library/go", "1", digest(1));
      ran(fixture, "apptask", on(null, base));
      sweep();
      poll();
      assertThat(trigger(fixture, "apptask").path("lastProblem").asText())
          .startsWith(server + "/library/go:1 is not watched: ")
          .contains("wants a user name and password");
      fixture
          .api()
          .patch(
              fixture.task("apptask"),
              "{'properties':{'credentials':{'customRegistries':{'%s':{'userName':{'value':'u','type':'Opaque'},'password':{'value':'p','type':'Opaque'}}}}}}"
                  .formatted(server));
      poll();
      assertThat(runs("basepolled")).isEqualTo(1);
      assertThat(trigger(fixture, "apptask").has("lastProblem")).isFalse();
      String run = trigger(fixture, "apptask").path("lastRunId").asText();
      end(
          fixture,
          run,
          RunOutcome.SUCCEEDED,
          on(null, new ImageRef(server, "library/go", "1", digest(2))));
      poll();
      assertThat(runs("basepolled")).isEqualTo(1);
      // One that begins has seen what is there when it first looks.
      String patch =
          "{'properties':{'trigger':{'baseImageTrigger':{'name':'base','status':'%s'}}}}";
      fixture.api().patch(fixture.task("apptask"), patch.formatted("Disabled"));
      sweep();
      there.set(digest(3));
      fixture.api().patch(fixture.task("apptask"), patch.formatted("Enabled"));
      sweep();
      poll();
      assertThat(runs("basepolled")).isEqualTo(1);
      there.set(digest(4));
      poll();
      assertThat(runs("basepolled")).isEqualTo(2);
    } finally {
      registry.stop(0);
    }
  }

  @Test
  void shouldComeToRestAndNameACircle() {
    Fixture fixture = task("basecircle", "taskone", RUNTIME);
    task("basecircle", "tasktwo", RUNTIME);
    Fixture other = task("baseother", "taskthree", RUNTIME);
    task("basecircle", "taskself", RUNTIME);
    task("baseother", "taskclaim", RUNTIME);
    sweep();
    push("basecircle", "outside", 1);
    ran(fixture, "taskself", on(image("basecircle", "self", 1), image("basecircle", "self", 1)));
    ran(fixture, "taskone", on(image("basecircle", "a", 1), image("basecircle", "outside", 1)));
    ran(fixture, "tasktwo", on(image("basecircle", "b", 1), image("basecircle", "a", 1)));
    ran(other, "taskthree", on(image("baseother", "c", 1), image("basecircle", "b", 1)));
    // Whoever gives an image another one's name, and pushes nothing, closes no circle.
    end(
        other,
        begun(other, "taskclaim"),
        RunOutcome.SUCCEEDED,
        List.of(),
        on(image("basecircle", "outside", 1), image("basecircle", "b", 1)));
    sweep();
    push("basecircle", "a", 2);
    sweep();
    assertThat(runs("basecircle")).as("a chain is no circle").isEqualTo(1);
    ran(
        fixture,
        "taskone",
        on(image("basecircle", "a", 3), image("baseother", "c", 1)),
        on(image("basecircle", "x", 3), image("basecircle", "outside", 1)));
    sweep();

    push("baseother", "c", 2);
    push("basecircle", "self", 2);
    sweep();

    assertThat(runs("basecircle")).isEqualTo(1);
    assertThat(trigger(fixture, "taskone").path("lastProblem").asText())
        .isEqualTo(
            server("baseother")
                + "/c:1 goes in a circle, so its changes start no run: this task -> task 'tasktwo' ->"
                + " a task of another registry -> this task.");
    assertThat(trigger(fixture, "taskself").path("lastProblem").asText())
        .contains("/self:1 is built upon itself");
    push("basecircle", "outside", 2);
    sweep();
    assertThat(runs("basecircle")).as("what is in no circle").isEqualTo(2);
    // Once the circle is broken, what came meanwhile counts.
    end(fixture, trigger(fixture, "taskone").path("lastRunId").asText(), RunOutcome.FAILED);
    fixture
        .api()
        .patch(
            fixture.task("tasktwo"),
            "{'properties':{'trigger':{'baseImageTrigger':{'name':'base','status':'Disabled'}}}}");
    sweep();
    fireBaseImages.compare().await().atMost(LIMIT);
    sweep();
    assertThat(runs("basecircle")).isEqualTo(3);
    assertThat(trigger(fixture, "taskone").has("lastProblem")).isFalse();
  }
}
