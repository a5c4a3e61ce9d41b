package io.slipway.agent.intake;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.contract.EventAttributes;
import io.slipway.contract.EventType;
import io.slipway.contract.RunQueued;
import io.slipway.contract.agent.RunAttempt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Reads a record of the queue: anybody may have written it, and anything may be in it. */
final class QueuedRun {
  private QueuedRun() {}

  /** What a record turned out to be. */
  sealed interface Read {
    /** An attempt of a run that waits for an agent. */
    record Run(RunAttempt attempt) implements Read {}

    /** Anything else; says why. */
    record Dead(String reason) implements Read {}
  }

  static Read read(ConsumerRecord<String, byte[]> record, ObjectMapper json) {
    String type = EventType.RUN_QUEUED.type();
    byte[] value = record.value();
    if (value == null) {
      return new Read.Dead("a record without a value");
    }
    Header said = record.headers().lastHeader(EventAttributes.TYPE_HEADER);
    if (said != null && !type.equals(new String(said.value(), StandardCharsets.UTF_8))) {
      return new Read.Dead("not an event of type " + type);
    }
    try {
      RunQueued queued = json.readValue(value, RunQueued.class);
      if (queued == null || queued.run() == null || queued.run().runUid() == null) {
        return new Read.Dead("an event of type " + type + " that names no run");
      }
      if (queued.run().attempt() < 1) {
        return new Read.Dead("an event of type " + type + " with an attempt below 1");
      }
      return new Read.Run(new RunAttempt(queued.run().runUid(), queued.run().attempt()));
    } catch (IOException unreadable) {
      return new Read.Dead("not an event of type " + type);
    }
  }
}
