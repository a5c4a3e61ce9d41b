package io.slipway.agent.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.contract.EventAttributes;
import io.slipway.contract.EventType;
import io.slipway.contract.RunEvent;
import java.util.UUID;

/**
 * Makes records of events: CloudEvents in Kafka's binary mode, with the run as their key.
 *
 * @param json writes events
 * @param prefix what the names of all topics begin with
 */
record EventRecords(ObjectMapper json, String prefix) {
  EventRecord of(String topic, EventAttributes attributes, UUID runUid, RunEvent event) {
    try {
      String key = runUid.toString();
      return new EventRecord(
          prefix + topic,
          key,
          attributes.toHeaders(key, EventType.of(event).schema()),
          json.writeValueAsBytes(event));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
