package io.slipway.taskapi.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON format of CloudEvents, in which an event is one JSON object and a batch is a list of
 * them. The SDK of CloudEvents reads no batches, and refuses sources that {@link java.net.URI}
 * does. Pure.
 */
public final class JsonEvents {
  /** Content type of one event. */
  public static final String ONE = "application/cloudevents+json";

  /** Content type of a batch. */
  public static final String BATCH = "application/cloudevents-batch+json";

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String PREFIX = "ce_";
  private static final String DATA = "data";
  private static final String BASE64 = "data_base64";
  private static final String DATA_TYPE = "datacontenttype";

  private JsonEvents() {}

  /**
   * One event.
   *
   * @throws EventCodec.Unreadable saying what is wrong; the text quotes nothing
   */
  static EventMessage one(byte[] json) throws EventCodec.Unreadable {
    return event(tree(json), "");
  }

  /**
   * The events of a batch.
   *
   * @param most how many there may be
   * @throws EventCodec.Unreadable saying what is wrong and with which of them, from 0
   */
  static List<EventMessage> batch(byte[] json, int most) throws EventCodec.Unreadable {
    JsonNode list = tree(json);
    if (!list.isArray()) {
      throw new EventCodec.Unreadable("a batch must be a JSON array of events");
    }
    if (list.size() > most) {
      throw new EventCodec.Unreadable(
          "the batch has %d events, at most %d are allowed".formatted(list.size(), most));
    }
    List<EventMessage> events = new ArrayList<>();
    for (JsonNode event : list) {
      events.add(event(event, "event " + events.size() + ": "));
    }
    return events;
  }

  private static JsonNode tree(byte[] json) throws EventCodec.Unreadable {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException malformed) { // its message would quote the event
      throw new EventCodec.Unreadable(
          "the event is not JSON: line %d, column %d"
              .formatted(
                  malformed.getLocation().getLineNr(), malformed.getLocation().getColumnNr()));
    } catch (IOException unreadable) {
      throw new EventCodec.Unreadable("the event cannot be read");
    }
  }

  private static EventMessage event(JsonNode event, String at) throws EventCodec.Unreadable {
    if (!event.isObject()) {
      throw new EventCodec.Unreadable(at + "it must be a JSON object");
    }
    Map<String, String> headers = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : event.properties()) {
      String name = entry.getKey();
      JsonNode value = entry.getValue();
      if (name.equals(DATA) || name.equals(BASE64) || value.isNull()) {
        continue;
      }
      if (value.isContainerNode()) {
        throw new EventCodec.Unreadable(at + "an attribute is neither text, number nor boolean");
      }
      headers.put(
          name.equals(DATA_TYPE) ? EventMessage.CONTENT_TYPE : PREFIX + name, value.asText());
    }
    return new EventMessage(headers, data(event, at));
  }

  private static byte @Nullable [] data(JsonNode event, String at) throws EventCodec.Unreadable {
    try {
      if (event.hasNonNull(BASE64)) {
        if (event.has(DATA) || !event.get(BASE64).isTextual()) {
          throw new EventCodec.Unreadable(at + "data_base64 must be text, and without data");
        }
        return event.get(BASE64).binaryValue();
      }
      return event.hasNonNull(DATA) ? JSON.writeValueAsBytes(event.get(DATA)) : null;
    } catch (IOException notBase64) {
      throw new EventCodec.Unreadable(at + "data_base64 is not base64");
    }
  }

  /** An event of ours in this format. */
  public static ObjectNode write(Map<String, String> headers, byte[] data) {
    ObjectNode event = JSON.createObjectNode();
    headers.forEach((name, value) -> {
      if (name.startsWith(PREFIX)) {
        event.put(name.substring(PREFIX.length()), value);
      }
    });
    event.put(DATA_TYPE, headers.get(EventMessage.CONTENT_TYPE));
    try {
      event.set(DATA, JSON.readTree(data));
    } catch (IOException impossible) {
      throw new IllegalStateException("the data of an event of ours is no JSON", impossible);
    }
    return event;
  }
}
