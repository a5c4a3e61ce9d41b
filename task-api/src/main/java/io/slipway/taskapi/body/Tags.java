package io.slipway.taskapi.body;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** The {@code tags} of a body. Pure. */
public final class Tags {

  private Tags() {}

  /** Those of the body, or the others if it has none. */
  public static Map<String, String> read(JsonNode body, Map<String, String> otherwise) {
    JsonNode tags = body.path("tags");
    if (!tags.isObject()) {
      return otherwise;
    }
    Map<String, String> read = new LinkedHashMap<>();
    tags.properties().forEach(tag -> read.put(tag.getKey(), tag.getValue().asText()));
    return read;
  }
}
