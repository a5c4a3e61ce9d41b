package io.slipway.taskapi.event;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is kept of a record that cannot be handled, small enough to be published for certain: longer
 * values, headers, keys and reasons are cut.
 *
 * @param key key of the record
 * @param headers its headers, and {@code dead-reason} and its place
 * @param value its value
 */
record DeadLetter(String key, Map<String, String> headers, byte[] value) {
  static final int LARGEST_VALUE = 512 * 1024;
  static final int LONGEST_KEY = 512;
  static final int LONGEST_REASON = 500;
  static final int LONGEST_HEADER = 1_000;
  static final int MOST_HEADERS = 40;

  /** Where a record is. */
  record Place(String topic, int partition, long offset) {
    @Override
    public String toString() {
      return topic + "-" + partition + "@" + offset;
    }
  }

  /** The record, cut to a size that fits. */
  static DeadLetter of(
      Place place, String key, Map<String, String> headers, byte[] value, String reason) {
    Map<String, String> kept = new LinkedHashMap<>();
    headers.entrySet().stream()
        .limit(MOST_HEADERS)
        .forEach(one ->
            kept.put(cut(one.getKey(), LONGEST_HEADER), cut(one.getValue(), LONGEST_HEADER)));
    kept.put("dead-reason", cut(reason));
    if (value.length <= LARGEST_VALUE) {
      return at(place, key, kept, value);
    }
    kept.put("dead-cut-from", Integer.toString(value.length));
    return at(place, key, kept, Arrays.copyOf(value, LARGEST_VALUE));
  }

  /** Its place and its length alone, should even the cut record be refused. */
  DeadLetter placeAlone(Place place) {
    Map<String, String> kept = new LinkedHashMap<>();
    kept.put("dead-reason", headers.getOrDefault("dead-reason", ""));
    kept.put("dead-cut-from", headers.getOrDefault("dead-cut-from", "" + value.length));
    return at(place, key, kept, new byte[0]);
  }

  private static DeadLetter at(Place place, String key, Map<String, String> headers, byte[] value) {
    headers.put("dead-topic", place.topic());
    headers.put("dead-partition", Integer.toString(place.partition()));
    headers.put("dead-offset", Long.toString(place.offset()));
    return new DeadLetter(cut(key, LONGEST_KEY), headers, value);
  }

  /** A reason short enough for a header or a line of a log. */
  static String cut(String reason) {
    return cut(reason, LONGEST_REASON);
  }

  private static String cut(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest) + "…";
  }
}
