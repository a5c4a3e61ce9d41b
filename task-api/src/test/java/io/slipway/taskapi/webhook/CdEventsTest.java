package io.slipway.taskapi.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.contract.ImageRef;
import io.slipway.contract.RunCompleted;
import io.slipway.contract.RunDetails;
import io.slipway.contract.RunOutcome;
import io.slipway.contract.RunQueued;
import io.slipway.contract.RunRef;
import io.slipway.contract.RunStarted;
import io.slipway.contract.StepKind;
import io.slipway.contract.StepOutcome;
import io.slipway.contract.StepResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CdEventsTest {
  private static final Instant AT = Instant.parse("2026-11-17T16:52:01.343Z");
  private static final RunRef RUN =
      new RunRef(UUID.fromString("0193369e-0000-7000-8000-000000000001"), "cf1", "r", "hello", 1);
  private static final ObjectMapper JSON = new ObjectMapper();

  private static List<CdEvents.CdEvent> all(RunOutcome outcome) {
    RunDetails details =
        new RunDetails(
            null,
            "Manual",
            "default",
            "linux",
            "amd64",
            "a",
            AT,
            AT,
            AT,
            null,
            null,
            List.of(
                new StepResult("build", StepKind.BUILD, StepOutcome.SUCCEEDED, AT, AT),
                new StepResult("test", StepKind.CMD, StepOutcome.TIMED_OUT, null, AT)));
    List<ImageRef> images =
        List.of(
            new ImageRef("127.0.0.1:8453", "team/app", "v1", "sha256:" + "a".repeat(64)),
            new ImageRef("127.0.0.1:8453", "unknown", "v1", null));
    List<CdEvents.CdEvent> all = new ArrayList<>();
    String url = "https://localhost:8443/subscriptions/s/runs/cf1";
    for (var event :
        List.of(
            new RunQueued(RUN, "default", "linux", "amd64", AT),
            new RunStarted(RUN, "a", AT),
            new RunCompleted(RUN, outcome, "why", AT, 5, images, List.of(), details))) {
      all.addAll(CdEvents.of(event, "/registries/r/tasks/hello", url));
      assertThat(CdEvents.of(event, "/registries/r/tasks/hello", url)).isSubsetOf(all);
    }
    return all;
  }

  private static JsonNode json(CdEvents.CdEvent event) {
    try {
      return JSON.readTree(event.body());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  @Test
  void shouldSayAllOfARunOnce() {
    List<CdEvents.CdEvent> all = all(RunOutcome.CANCELED);
    assertThat(all)
        .extracting(event -> event.action().text() + " " + json(event).at("/subject/id").asText())
        .containsExactly(
            "run_queued cf1",
            "run_started cf1",
            "run_completed cf1",
            "step_completed cf1/steps/build",
            "step_completed cf1/steps/test",
            "image_published pkg:oci/app@sha256%3A"
                + "a".repeat(64)
                + "?repository_url=127.0.0.1%3A8453%2Fteam%2Fapp&tag=v1");
    assertThat(all).extracting(CdEvents.CdEvent::id).doesNotHaveDuplicates();
    JsonNode end = json(all.get(2));
    assertThat(end.at("/context/type").asText())
        .isEqualTo("dev.cdevents.pipelinerun.finished.0.1.1");
    assertThat(end.at("/subject/content/outcome").asText()).isEqualTo("error");
    assertThat(end.at("/subject/content/errors").asText()).isEqualTo("why");
    assertThat(json(all(RunOutcome.FAILED).get(2)).at("/subject/content/outcome").asText())
        .isEqualTo("failure");
  }
}
