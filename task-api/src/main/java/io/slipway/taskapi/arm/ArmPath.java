package io.slipway.taskapi.arm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Brings a path of the management API into the form that the resources of this service are bound
 * to: words in lower case, names as they were written, no empty segments. Pure.
 */
final class ArmPath {
  private ArmPath() {}

  /**
   * The path in that form. Segments stay percent-encoded.
   *
   * <p>An ARM path is pairs of a word and a name, but that {@code providers} is followed by a
   * namespace, which is a word too, and that the last segment may be a word alone (a collection or
   * an action).
   */
  static String normal(String path) {
    List<String> segments = new ArrayList<>();
    for (String segment : path.split("/")) {
      if (!segment.isEmpty()) {
        segments.add(segment);
      }
    }
    if (segments.isEmpty() || !isManagement(segments.getFirst())) {
      return "/" + String.join("/", segments);
    }
    StringBuilder normal = new StringBuilder();
    boolean word = true;
    for (String segment : segments) {
      String lower = segment.toLowerCase(Locale.ROOT);
      normal.append('/').append(word ? lower : segment);
      if (word && lower.equals("providers")) {
        word = true; // the namespace
        continue;
      }
      if (word && lower.startsWith("microsoft.")) {
        word = true; // then a type
        continue;
      }
      word = !word;
    }
    return normal.toString();
  }

  private static boolean isManagement(String first) {
    String lower = first.toLowerCase(Locale.ROOT);
    return lower.equals("subscriptions")
        || lower.equals("tenants")
        || lower.equals("metadata")
        || lower.equals("providers");
  }
}
