package io.slipway.taskapi.body;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the {@code tags} of a body. */
public final class Tags {

  private Tags() {}

  /** The tags of the body, or {@code otherwise} if it has none. */
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
