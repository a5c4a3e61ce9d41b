package io.slipway.taskapi.body;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.definition.RetentionDays;
import io.slipway.taskapi.dispatch.ConcurrentRuns;
import io.slipway.taskapi.dispatch.RunPriority;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the {@code tags} of a body. */
public final class Tags {
  private Tags() {}

  /** The tags of the body, or {@code otherwise} if it has none; fails with 400. */
  public static Map<String, String> read(JsonNode body, Map<String, String> otherwise) {
    JsonNode tags = body.path("tags");
    if (!tags.isObject() && !tags.isNull() && !tags.isMissingNode()) {
      throw invalid("must be an object of strings");
    }
    return tags.isObject() ? of(tags) : otherwise;
  }

  /** The tags themselves, checked. */
  static Map<String, String> of(JsonNode tags) {
    Map<String, String> read = new LinkedHashMap<>();
    tags.properties().forEach(tag -> read.put(tag.getKey(), tag.getValue().asText()));
    check(read);
    return read;
  }

  /** Fails with 400 for more or longer tags than ARM allows, and for a wrong value of ours. */
  public static void check(Map<String, String> tags) {
    if (tags.size() > BodyLimits.TAGS) {
      throw invalid("has " + tags.size() + " tags, at most " + BodyLimits.TAGS + " are allowed");
    }
    tags.forEach((name, value) -> {
      if (name.length() > BodyLimits.TAG_NAME || value.length() > BodyLimits.TAG_VALUE) {
        throw invalid(
            "has a tag whose name is longer than %d or whose value is longer than %d characters"
                .formatted(BodyLimits.TAG_NAME, BodyLimits.TAG_VALUE));
      }
    });
    ConcurrentRuns.check(tags);
    RunPriority.check(tags);
    RetentionDays.check(tags);
  }

  private static ArmException invalid(String what) {
    return ArmException.of(400, "InvalidTags", "tags " + what + ".");
  }
}
