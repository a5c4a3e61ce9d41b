package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.contract.ImageDependency;
import io.slipway.contract.ImageRef;
import io.slipway.contract.RunOutcome;
import io.slipway.contract.RunRef;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Eventually;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Ledger;
import io.slipway.taskapi.support.TestAgent;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

/** Tasks with a base image trigger, pushes, and runs that say what they were built from. */
final class BaseImageCast {
  private BaseImageCast() {}

  static Fixture task(String registry, String task, String trigger) {
    Fixture fixture = Fixture.of(registry);
    Api.Answer put = fixture.api().put(fixture.task(task), body(trigger));
    assertThat(put.status()).as(put.toString()).isEqualTo(200);
    assertThat(put.header("Warning")).isNull();
    return fixture;
  }

  static String body(String trigger) {
    return Fixture.taskBody("")
        .replace("'properties':{", "'properties':{'trigger':{'baseImageTrigger':" + trigger + "},");
  }

  static final String RUNTIME = "{'name':'base','baseImageTriggerType':'Runtime'}";

  static String server(String registry) {
    return Ledger.query("select login_server from registry where name = '" + registry + "'");
  }

  static String digest(int number) {
    return "sha256:" + "%064x".formatted(number);
  }

  static ImageRef image(String registry, String repository, int digest) {
    return new ImageRef(server(registry), repository, "1", digest(digest));
  }

  /** The registry tells of a push, as it may: twice. */
  static void push(String registry, String repository, int digest) {
    String event =
        "{'events':[{'id':'%s','registry':'%s','action':'push','repository':'%s','tag':'1','digest':'%s','mediaType':'m','size':1,'time':'%s'}]}"
            .formatted(
                UUID.randomUUID(), server(registry), repository, digest(digest), Instant.now());
    Api service = Api.service("slipway-registry");
    assertThat(service.post("/internal/registry-events", event).status()).isEqualTo(204);
    assertThat(service.post("/internal/registry-events", event).status()).isEqualTo(204);
  }

  /** A run of a task ends well, has built and pushed these images. */
  static void ran(Fixture fixture, String task, ImageDependency... built) {
    end(fixture, begun(fixture, task), RunOutcome.SUCCEEDED, built);
  }

  static String begun(Fixture fixture, String task) {
    return fixture
        .api()
        .post(
            fixture.id() + "/scheduleRun",
            "{'type':'TaskRunRequest','taskId':'" + fixture.task(task) + "'}")
        .at("/properties/runId");
  }

  static void end(Fixture fixture, String runId, RunOutcome outcome, ImageDependency... built) {
    List<ImageRef> pushed =
        Stream.of(built).map(ImageDependency::image).filter(Objects::nonNull).toList();
    end(fixture, runId, outcome, pushed, built);
  }

  static void end(
      Fixture fixture,
      String runId,
      RunOutcome outcome,
      List<ImageRef> pushed,
      ImageDependency... built) {
    RunRef run = fixture.ref(runId, 1);
    try (TestAgent agent = new TestAgent("agent-base")) {
      agent.claim(run.runUid(), 1);
      agent.completed(run, outcome, null, 0, pushed, List.of(built));
      Eventually.holds(() -> assertThat(fixture.status(run)).isIn("Succeeded", "Failed"));
    }
  }

  static ImageDependency on(ImageRef image, ImageRef runtime, ImageRef... buildtime) {
    return new ImageDependency(image, runtime, List.of(buildtime), null);
  }

  static int runs(String registry) {
    return Integer.parseInt(
        Ledger.query(
            "select count(*) from run where trigger_kind = 'ImageUpdate' and registry = '"
                + registry
                + "'"));
  }

  static JsonNode trigger(Fixture fixture, String task) {
    return fixture.api().get(fixture.task(task)).json().at("/properties/trigger/baseImageTrigger");
  }
}
