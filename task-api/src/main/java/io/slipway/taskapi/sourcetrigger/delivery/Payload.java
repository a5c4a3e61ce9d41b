package io.slipway.taskapi.sourcetrigger.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what bodies of deliveries have in common. What a run will show of them is short. Pure. */
final class Payload {
  private static final int LONGEST = 400;
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{12,64}");
  private static final Pattern NOTHING = Pattern.compile("0+");

  /** A provider tells no more of one push, and does not say so. */
  private static final int MOST_COMMITS = 2_048;

  private static final int MOST_FILES = 3_000;

  /** As Bitbucket Data Center has it. */
  private static final DateTimeFormatter NO_COLON =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssZ", Locale.ROOT);

  private Payload() {}

  /** A text that must be there. */
  static String text(JsonNode body, String pointer) throws UnreadableDeliveryException {
    String text = optional(body, pointer);
    if (text == null) {
      throw new UnreadableDeliveryException(
          "its body has no text of 1 to " + LONGEST + " characters at " + pointer);
    }
    return text;
  }

  /** A text or a number; null if there is none, or one that is too long. */
  static @Nullable String optional(JsonNode body, String pointer) {
    JsonNode node = body.at(pointer);
    String text = node.isValueNode() && !node.isNull() ? node.asText() : "";
    boolean plain = text.chars().noneMatch(Character::isISOControl);
    return text.isEmpty() || text.length() > LONGEST || !plain ? null : text;
  }

  /** A commit; null where there is none any more. */
  static @Nullable String commit(JsonNode body, String pointer) throws UnreadableDeliveryException {
    JsonNode node = body.at(pointer);
    if (node.isMissingNode() || node.isNull() || NOTHING.matcher(node.asText()).matches()) {
      return null;
    }
    if (!COMMIT.matcher(node.asText()).matches()) {
      throw new UnreadableDeliveryException("it has no commit at " + pointer);
    }
    return node.asText();
  }

  /** The texts that are there. */
  static List<String> texts(JsonNode body, String... pointers) {
    return Stream.of(pointers)
        .map(pointer -> optional(body, pointer))
        .filter(Objects::nonNull)
        .toList();
  }

  /** A time as ISO 8601 has it, or in seconds; null if there is none that can be read. */
  static @Nullable Instant time(JsonNode body, String pointer) {
    JsonNode node = body.at(pointer);
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      long number = node.longValue();
      // Some have milliseconds; seconds of that size are 32 000 years away.
      return number > 1_000_000_000_000L
          ? Instant.ofEpochMilli(number)
          : Instant.ofEpochSecond(Math.max(0, number));
    }
    String text = node.asText("").replace(" UTC", "Z").replace(' ', 'T');
    for (DateTimeFormatter format : List.of(DateTimeFormatter.ISO_OFFSET_DATE_TIME, NO_COLON)) {
      try {
        return OffsetDateTime.parse(text, format).toInstant();
      } catch (DateTimeParseException other) {
        // the next one
      }
    }
    return null;
  }

  /**
   * The files that commits changed; null if they are not all there.
   *
   * @param all how many commits there are
   */
  static @Nullable Set<String> paths(JsonNode commits, int all) {
    if (commits.isEmpty() || commits.size() < all || commits.size() >= MOST_COMMITS) {
      return null;
    }
    Set<String> paths = new HashSet<>();
    for (JsonNode commit : commits) {
      for (String kind : List.of("added", "removed", "modified")) {
        JsonNode files = commit.path(kind);
        if (files.size() >= MOST_FILES) {
          return null;
        }
        files.forEach(path -> paths.add(path.asText()));
      }
    }
    return paths;
  }
}
