package io.slipway.taskapi.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpEventsTest {
  private static final String ONE =
      """
      {"specversion":"1.0","id":"Größe 1","source":"ci server","type":"t","number":7,"flag":true,
       "subject":null,"datacontenttype":"application/json","data":{"a":[1]}}\
      """;

  private static List<EventMessage> read(String contentType, String body) throws Exception {
    return HttpEvents.of(contentType, Map.of(), body.getBytes(UTF_8));
  }

  @Test
  void shouldReadBinaryMode() throws Exception {
    EventMessage event =
        HttpEvents.of(
                "application/json",
                Map.of("Ce-Id", "Gr%C3%B6%C3%9Fe+1", "ce-source", "\"/ci\"", "X-Other", "x"),
                "{}".getBytes(UTF_8))
            .getFirst();

    assertThat(event.headers())
        .containsOnly(
            Map.entry("ce_id", "Größe+1"),
            Map.entry("ce_source", "/ci"),
            Map.entry("content-type", "application/json"));
    assertThat(event.data()).asString(UTF_8).isEqualTo("{}");
  }

  @Test
  void shouldReadStructuredMode() throws Exception {
    EventMessage event = read("Application/CloudEvents+json; charset=utf-8", ONE).getFirst();

    assertThat(event.headers())
        .containsEntry("ce_id", "Größe 1")
        .containsEntry("ce_source", "ci server")
        .containsEntry("ce_number", "7")
        .containsEntry("ce_flag", "true")
        .containsEntry("content-type", "application/json")
        .doesNotContainKey("ce_subject");
    assertThat(event.data()).asString(UTF_8).isEqualTo("{\"a\":[1]}");
  }

  @Test
  void shouldReadDataInBase64() throws Exception {
    EventMessage event = read("application/cloudevents+json", "{\"data_base64\":\"e30=\"}").get(0);

    assertThat(event.data()).asString(UTF_8).isEqualTo("{}");
  }

  @Test
  void shouldReadABatch() throws Exception {
    String batch = "application/cloudevents-batch+json";

    assertThat(read(batch, "[" + ONE + "," + ONE + "]")).hasSize(2);
    assertThat(read(batch, "[]")).isEmpty();
    assertThatThrownBy(() -> read(batch, "[" + "{},".repeat(100) + "{}]"))
        .hasMessage("the batch has 101 events, at most 100 are allowed");
    assertThatThrownBy(() -> read(batch, "[{},7]")).hasMessage("event 1: it must be a JSON object");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"secret                            | the event is not JSON: line 1, column 9",
        "{\"a\":{\"b\":1}}                    | an attribute is neither text, number nor boolean",
        "{\"data_base64\":\"*\"}              | data_base64 is not base64",
        "{\"data_base64\":\"e30=\",\"data\":1} | data_base64 must be text, and without data",
        "[]                                   | it must be a JSON object"
      })
  void rejectsWhatIsNoEvent(String body, String reason) {
    assertThatThrownBy(() -> read("application/cloudevents+json", body)).hasMessage(reason);
  }

  @Test
  void shouldWriteWhatItReads() throws Exception {
    EventMessage event = read("application/cloudevents+json", ONE).getFirst();
    String written = JsonEvents.write(event.headers(), event.data()).toString();

    assertThat(read("application/cloudevents+json", written).getFirst().headers())
        .isEqualTo(event.headers());
  }
}
