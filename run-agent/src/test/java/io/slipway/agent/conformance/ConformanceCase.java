package io.slipway.agent.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * One case: what goes in and what the original makes of it.
 *
 * @param better what a correct implementation gives instead, or null; either is accepted
 */
record ConformanceCase(
    String id, String kind, JsonNode input, JsonNode expected, @Nullable JsonNode better) {

  static ConformanceCase of(JsonNode json) {
    return new ConformanceCase(
        json.get("id").asText(),
        json.get("kind").asText(),
        json.get("input"),
        json.get("expected"),
        json.get("better"));
  }

  /** Text of the input, or empty if it is not there. */
  String text(String name) {
    return input.path(name).asText("");
  }

  /** Whether it must fail. */
  boolean mustFail() {
    return expected.path("error").isBoolean() && expected.get("error").asBoolean();
  }
}
