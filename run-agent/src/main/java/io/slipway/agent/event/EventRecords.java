package io.slipway.agent.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.contract.EventAttributes;
import io.slipway.contract.EventSignature;
import io.slipway.contract.EventType;
import io.slipway.contract.RunEvent;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of events: CloudEvents in Kafka's binary mode, with the run as their key.
 *
 * @param json writes events
 * @param prefix what the names of all topics begin with
 */
record EventRecords(ObjectMapper json, String prefix) {
  /**
   * A record, signed where there is a key: what waits on disk needs no key later.
   *
   * @param signingKey key of the attempt; null if task-api gave none
   */
  EventRecord of(
      String topic,
      EventAttributes attributes,
      UUID runUid,
      RunEvent event,
      byte @Nullable [] signingKey) {
    try {
      String key = runUid.toString();
      Map<String, String> headers = attributes.toHeaders(key, EventType.of(event).schema());
      byte[] data = json.writeValueAsBytes(event);
      if (signingKey != null) {
        headers.put(EventSignature.HEADER, EventSignature.of(signingKey, key, headers, data));
      }
      return new EventRecord(prefix + topic, key, headers, data);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
