package io.slipway.taskapi.event;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * CloudEvents over HTTP: one event in binary or structured mode, or a batch. Pure.
 *
 * @see <a
 *     href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md">HTTP
 *     protocol binding</a>
 */
public final class HttpEvents {
  /** Events of one call. */
  public static final int MOST = 100;

  private static final String PREFIX = "ce-";

  private HttpEvents() {}

  /** Whether the body is a batch. */
  public static boolean isBatch(String contentType) {
    return contentType.toLowerCase(Locale.ROOT).startsWith("application/cloudevents-batch");
  }

  /**
   * The events of a call.
   *
   * @param headers all of the call, each with its first value
   * @throws EventCodec.Unreadable saying what is wrong
   */
  public static List<EventMessage> of(String contentType, Map<String, String> headers, byte[] body)
      throws EventCodec.Unreadable {
    if (isBatch(contentType)) {
      return JsonEvents.batch(body, MOST);
    }
    if (EventMessage.isStructured(contentType)) {
      return List.of(JsonEvents.one(body));
    }
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put(EventMessage.CONTENT_TYPE, contentType);
    for (Map.Entry<String, String> header : headers.entrySet()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (name.startsWith(PREFIX)) {
        attributes.put("ce_" + name.substring(PREFIX.length()), decoded(name, header.getValue()));
      }
    }
    return List.of(new EventMessage(attributes, body));
  }

  /** What is no visible ASCII is percent-encoded there, and a value may be in quotation marks. */
  private static String decoded(String name, String value) throws EventCodec.Unreadable {
    boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
    String text = quoted ? value.substring(1, value.length() - 1) : value;
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      throw new EventCodec.Unreadable("header " + name + " has a malformed % escape");
    }
  }
}
