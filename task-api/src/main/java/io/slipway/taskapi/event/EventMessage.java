package io.slipway.taskapi.event;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event as Kafka's binary mode has it, in whatever mode it came.
 *
 * @param headers attributes with the prefix {@code ce_}, and whatever else came with it
 * @param data its data, or null without any
 */
public record EventMessage(Map<String, String> headers, byte @Nullable [] data) {
  /** Header that says what the data is, or that it is a whole event. */
  static final String CONTENT_TYPE = "content-type";

  /**
   * What came, be it in binary or structured mode.
   *
   * @throws EventCodec.Unreadable for one in structured mode that is no event
   */
  static EventMessage of(Map<String, String> headers, byte @Nullable [] data)
      throws EventCodec.Unreadable {
    return data != null && isStructured(headers.getOrDefault(CONTENT_TYPE, ""))
        ? JsonEvents.one(data)
        : new EventMessage(headers, data);
  }

  /** Whether a content type is that of a whole event, or of several. */
  static boolean isStructured(String contentType) {
    return contentType.toLowerCase(Locale.ROOT).startsWith("application/cloudevents");
  }
}
