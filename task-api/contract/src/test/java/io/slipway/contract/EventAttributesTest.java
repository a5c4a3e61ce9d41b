package io.slipway.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventAttributesTest {
  private static final EventAttributes STARTED =
      new EventAttributes(
          UUID.fromString("018f2b1c-7a10-7c3e-9a55-0d5b8e1f2a01"),
          "/registries/myregistry/tasks/hello",
          EventType.RUN_STARTED.type(),
          "runs/ca1",
          Instant.parse("2026-11-23T17:05:14Z"),
          2,
          EventAttributes.sequence(2, 2),
          new Causation(
              "build #7", "/ci", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));

  @Test
  void shouldSurviveTheHeaders() {
    Map<String, String> headers = STARTED.toHeaders("key", EventType.RUN_STARTED.schema());

    assertThat(EventAttributes.fromHeaders(headers)).isEqualTo(STARTED);
    assertThat(headers)
        .containsEntry("content-type", "application/json")
        .containsEntry("ce_type", "io.slipway.run.started.v1")
        .containsEntry("ce_partitionkey", "key")
        .containsEntry("ce_causationid", "build #7")
        .containsEntry("ce_causationsource", "/ci");
    headers.keySet().removeIf(name -> name.startsWith("ce_causation"));
    headers.remove("ce_traceparent");
    assertThat(EventAttributes.fromHeaders(headers).causation()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"ce_id", "ce_type", "ce_source", "ce_specversion"})
  void rejectsRecordsWithout(String header) {
    Map<String, String> headers = new HashMap<>(STARTED.toHeaders("key", "s"));
    headers.remove(header);

    assertThatThrownBy(() -> EventAttributes.fromHeaders(headers)).hasMessageContaining(header);
  }

  @ParameterizedTest
  @CsvSource({"ce_time,yesterday", "ce_sequence,one", "ce_specversion,0.3"})
  void rejectsUnreadable(String header, String value) {
    Map<String, String> headers = new HashMap<>(STARTED.toHeaders("key", "s"));
    headers.put(header, value);

    assertThatThrownBy(() -> EventAttributes.fromHeaders(headers)).hasMessageContaining(value);
  }

  /** CloudEvents only asks that source and id together are unique. */
  @Test
  void shouldTakeAnyTextAsAnId() {
    Map<String, String> headers = new HashMap<>(STARTED.toHeaders("key", "s"));
    headers.put("ce_id", "build #42");
    UUID id = EventAttributes.fromHeaders(headers).id();

    assertThat(EventAttributes.fromHeaders(headers).id()).isEqualTo(id);
    headers.put("ce_id", "build #43");
    assertThat(EventAttributes.fromHeaders(headers).id()).isNotEqualTo(id);
    headers.put("ce_id", "build #42");
    headers.put("ce_source", "/elsewhere");
    assertThat(EventAttributes.fromHeaders(headers).id()).isNotEqualTo(id);
  }

  @Test
  void shouldPutALaterAttemptAboveAnyEarlierOne() {
    assertThat(EventAttributes.sequence(2, 1)).isGreaterThan(EventAttributes.sequence(1, 999_999));
  }
}
