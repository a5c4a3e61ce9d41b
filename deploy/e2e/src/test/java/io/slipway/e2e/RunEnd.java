package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.contract.EventType;
import java.util.List;

/**
 * How a run ended.
 *
 * @param id its id
 * @param run its properties in the API
 * @param events its events in Kafka
 * @param log its log
 */
record RunEnd(String id, JsonNode run, List<EventTap.Event> events, String log) {
  private static final String REFUSED = "Refused";

  /** A run that never started: its task was refused when it was created. */
  static RunEnd refused(String message) {
    return new RunEnd(
        "",
        Api.JSON.createObjectNode().put("status", REFUSED).put("runErrorMessage", message),
        List.of(),
        "");
  }

  String status() {
    return run.get("status").asText();
  }

  String error() {
    return run.path("runErrorMessage").asText("");
  }

  /** The run, which must have succeeded in the API, in Kafka and in the log. */
  RunEnd succeeded() {
    assertThat(status()).as("%s%n%s", error(), log).isEqualTo("Succeeded");
    assertThat(outcome()).as(log).isEqualTo("SUCCEEDED");
    assertThat(log).contains("Run ID: " + id + " was successful after ");
    return this;
  }

  /** The run, which must have failed in all three, or whose task was refused. */
  RunEnd failed() {
    if (status().equals(REFUSED)) {
      assertThat(error()).isNotBlank();
      return this;
    }
    assertThat(status()).as(log).isEqualTo("Failed");
    assertThat(outcome()).as(log).isEqualTo("FAILED");
    assertThat(log).contains("Run ID: " + id + " failed after ");
    return this;
  }

  private String outcome() {
    EventTap.Event end =
        events.stream()
            .filter(event -> event.type() == EventType.RUN_COMPLETED)
            .findFirst()
            .orElseThrow();
    assertSaysAll(end);
    return end.text("outcome");
  }

  /** Whoever reads the end alone knows what all the other events said. */
  private void assertSaysAll(EventTap.Event end) {
    JsonNode details = end.data().path("details");
    JsonNode begun =
        events.stream()
            .filter(event -> event.type() == EventType.RUN_STARTED)
            .toList()
            .getLast()
            .data();
    assertThat(details.path("resourceId").asText())
        .startsWith("/subscriptions/")
        .endsWith("/registries/" + Cast.REGISTRY + "/runs/" + id);
    assertThat(details.path("agent")).isEqualTo(begun.path("agent"));
    assertThat(details.path("startedAt")).isEqualTo(begun.path("startedAt"));
    assertThat(details.path("trigger").asText())
        .isIn("Manual", "Event", "Timer", "ImageUpdate", "Source");
    assertThat(details.path("pool").asText()).isEqualTo("default");
    assertThat(details.path("failure").isNull()).isEqualTo(status().equals("Succeeded"));
    assertThat(details.path("steps"))
        .map(step -> step.path("stepId").asText() + step.path("outcome") + step.path("startedAt"))
        .containsExactlyInAnyOrderElementsOf(
            events.stream()
                .filter(event -> event.type() == EventType.STEP_COMPLETED)
                .map(EventTap.Event::data)
                .map(step ->
                    step.path("stepId").asText() + step.path("outcome") + step.path("startedAt"))
                .toList());
  }

  /** How a step ended, by its one event. */
  String outcome(String step) {
    return completed(step).text("outcome");
  }

  /** The event of a step's end. */
  EventTap.Event completed(String step) {
    return only(EventType.STEP_COMPLETED, step);
  }

  /** The event of a step's begin. */
  EventTap.Event started(String step) {
    return only(EventType.STEP_STARTED, step);
  }

  boolean hasStarted(String step) {
    return events.stream()
        .anyMatch(
            event -> event.type() == EventType.STEP_STARTED && event.text("stepId").equals(step));
  }

  private EventTap.Event only(EventType type, String step) {
    List<EventTap.Event> found =
        events.stream()
            .filter(event -> event.type() == type && event.text("stepId").equals(step))
            .toList();
    assertThat(found).as("%s of %s in %s%n%s", type, step, events, log).hasSize(1);
    return found.get(0);
  }
}
