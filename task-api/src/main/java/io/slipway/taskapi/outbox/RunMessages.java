package io.slipway.taskapi.outbox;

import io.slipway.contract.EventAttributes;
import io.slipway.contract.EventType;
import io.slipway.contract.RunEvent;
import io.slipway.contract.RunRef;
import io.slipway.taskapi.event.EventCodec;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Events about runs as records. An event's id follows from the run, the attempt and its number, so
 * that it is the same whenever it is published again.
 */
@ApplicationScoped
public class RunMessages {
  private final EventCodec codec;

  RunMessages(EventCodec codec) {
    this.codec = codec;
  }

  /**
   * The event as a record.
   *
   * @param topic name without the platform's prefix
   * @param number number of the event within the attempt
   * @param at when it happened
   */
  public Outbox.Message message(String topic, RunRef run, RunEvent event, int number, Instant at) {
    String key = run.runUid().toString();
    long sequence = EventAttributes.sequence(run.attempt(), number);
    EventType type = EventType.of(event);
    EventAttributes attributes =
        new EventAttributes(
            UUID.nameUUIDFromBytes((key + ":" + sequence).getBytes(StandardCharsets.UTF_8)),
            source(run.registry(), run.task()),
            type.type(),
            "runs/" + run.runId(),
            at,
            run.attempt(),
            sequence,
            null);
    return new Outbox.Message(
        topic, key, attributes.toHeaders(key, type.schema()), codec.write(event));
  }

  /** Value of {@code source} of a run's events. */
  public static String source(String registry, @Nullable String task) {
    String at = "/registries/" + registry;
    return task == null ? at : at + "/tasks/" + task;
  }
}
