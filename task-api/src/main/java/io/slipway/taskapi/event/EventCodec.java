package io.slipway.taskapi.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.contract.EventAttributes;
import io.slipway.contract.EventType;
import io.slipway.contract.RunEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Events as Kafka records: CloudEvents in binary mode. */
@ApplicationScoped
public class EventCodec {
  private final ObjectMapper json;

  EventCodec(ObjectMapper json) {
    this.json = json;
  }

  /** An event that was read. */
  public record Received(EventAttributes attributes, RunEvent event) {}

  /** A record is not an event of this contract. */
  public static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String reason) {
      super(reason);
    }
  }

  /**
   * The event in a record.
   *
   * @throws Unreadable saying what is wrong; the text holds nothing of the record's content
   */
  public Received read(ConsumerRecord<String, byte[]> record) throws Unreadable {
    EventAttributes attributes = attributes(record);
    EventType type =
        EventType.of(attributes.type())
            .orElseThrow(() -> new Unreadable("unknown ce_type '" + attributes.type() + "'"));
    byte[] value = record.value();
    if (value == null) {
      throw new Unreadable("the record has no data");
    }
    try {
      RunEvent event = json.readValue(value, type.record());
      RunEventCheck.check(event);
      return new Received(attributes, event);
    } catch (IllegalArgumentException incomplete) {
      throw new Unreadable("incomplete " + attributes.type() + ": " + incomplete.getMessage());
    } catch (JsonProcessingException malformed) {
      // Not getMessage(): it quotes the data.
      throw new Unreadable(
          "data is not a " + attributes.type() + ": " + malformed.getOriginalMessage());
    } catch (IOException unreadable) {
      throw new Unreadable("data is not a " + attributes.type());
    }
  }

  public byte[] write(RunEvent event) {
    try {
      return json.writeValueAsBytes(event);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("cannot write " + event.getClass(), impossible);
    }
  }

  private static EventAttributes attributes(ConsumerRecord<String, byte[]> record)
      throws Unreadable {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Header header : record.headers()) {
      if (header.value() != null) {
        headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
      }
    }
    try {
      return EventAttributes.fromHeaders(headers);
    } catch (IllegalArgumentException wrong) {
      throw new Unreadable(String.valueOf(wrong.getMessage()));
    }
  }
}
