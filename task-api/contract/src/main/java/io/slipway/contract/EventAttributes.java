package io.slipway.contract;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * CloudEvents 1.0 attributes of an event, and their form as Kafka headers (binary mode).
 *
 * @param id unique per event and the same when it is published again; of an id that is not a UUID,
 *     one that follows from it and the source
 * @param source who says it, for example {@code /registries/myregistry/tasks/hello}
 * @param type value of {@link EventType#type()}
 * @param subject what it is about, {@code runs/<runId>} or {@code runs/<runId>/steps/<stepId>}
 * @param time when it happened; ours have it, others need not
 * @param attempt attempt of the run, 0 where there is none
 * @param sequence rises within a run; a reader that saw a higher one for the run has seen this one;
 *     0 for what has no place in that order
 * @param causation the request that it follows from and its trace, or null
 * @see <a
 *     href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md">Kafka
 *     protocol binding</a>
 */
public record EventAttributes(
    UUID id,
    String source,
    String type,
    String subject,
    @Nullable Instant time,
    int attempt,
    long sequence,
    @Nullable Causation causation) {
  /** Header that holds the type. */
  public static final String TYPE_HEADER = "ce_type";

  /** Header with the id of the request that an event follows from. */
  public static final String CAUSATION_ID = "ce_causationid";

  /** Header with the source of that request. */
  public static final String CAUSATION_SOURCE = "ce_causationsource";

  private static final Causation NO_CAUSE = new Causation(null, null, null);

  /**
   * Sequence of the {@code number}-th event of an attempt, so that a later attempt is always
   * higher.
   */
  public static long sequence(int attempt, int number) {
    return attempt * 1_000_000L + number;
  }

  /** Kafka headers, {@code content-type} among them. */
  public Map<String, String> toHeaders(String partitionKey, String dataschema) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("ce_specversion", "1.0");
    headers.put("ce_id", id.toString());
    headers.put("ce_source", source);
    headers.put(TYPE_HEADER, type);
    headers.put("ce_subject", subject);
    put(headers, "ce_time", time == null ? null : time.toString());
    headers.put("ce_dataschema", dataschema);
    headers.put("ce_partitionkey", partitionKey);
    headers.put("ce_attempt", Integer.toString(attempt));
    headers.put("ce_sequence", Long.toString(sequence));
    if (causation != null) {
      put(headers, CAUSATION_ID, causation.id());
      put(headers, CAUSATION_SOURCE, causation.source());
      put(headers, "ce_traceparent", causation.traceparent());
    }
    headers.put("content-type", "application/json");
    return headers;
  }

  /**
   * Reads the headers of a record.
   *
   * @throws IllegalArgumentException naming the header that is missing or unreadable
   */
  public static EventAttributes fromHeaders(Map<String, String> headers) {
    String version = required(headers, "ce_specversion");
    if (!version.equals("1.0")) {
      throw new IllegalArgumentException("ce_specversion is '" + version + "', must be 1.0");
    }
    return new EventAttributes(
        id(required(headers, "ce_id"), required(headers, "ce_source")),
        required(headers, "ce_source"),
        required(headers, TYPE_HEADER),
        headers.getOrDefault("ce_subject", ""),
        headers.containsKey("ce_time") ? parsed(headers, "ce_time", Instant::parse) : null,
        headers.containsKey("ce_attempt") ? parsed(headers, "ce_attempt", Integer::valueOf) : 0,
        headers.containsKey("ce_sequence") ? parsed(headers, "ce_sequence", Long::valueOf) : 0,
        causation(headers));
  }

  private static void put(Map<String, String> headers, String name, @Nullable String value) {
    if (value != null) {
      headers.put(name, value);
    }
  }

  private static @Nullable Causation causation(Map<String, String> headers) {
    Causation causation =
        new Causation(
            headers.get(CAUSATION_ID),
            headers.get(CAUSATION_SOURCE),
            headers.get("ce_traceparent"));
    return causation.equals(NO_CAUSE) ? null : causation;
  }

  /** CloudEvents allows any text as an id, which is unique for its source; ours are UUIDs. */
  private static UUID id(String text, String source) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException other) {
      return UUID.nameUUIDFromBytes((source + "\n" + text).getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String required(Map<String, String> headers, String name) {
    String value = headers.get(name);
    if (value == null || value.isEmpty()) {
      throw new IllegalArgumentException("header " + name + " is missing");
    }
    return value;
  }

  private static <T> T parsed(
      Map<String, String> headers, String name, Function<String, T> parser) {
    String value = required(headers, name);
    try {
      return parser.apply(value);
    } catch (RuntimeException unreadable) {
      throw new IllegalArgumentException("header " + name + " is unreadable: " + value, unreadable);
    }
  }
}
