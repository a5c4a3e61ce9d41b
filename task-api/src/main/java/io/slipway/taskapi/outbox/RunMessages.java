package io.slipway.taskapi.outbox;

import io.slipway.contract.Causation;
import io.slipway.contract.EventAttributes;
import io.slipway.contract.EventType;
import io.slipway.contract.RunAccepted;
import io.slipway.contract.RunEvent;
import io.slipway.contract.RunRef;
import io.slipway.contract.Topics;
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
   * @param request the event that asked for the run, or null
   */
  public Outbox.Message message(
      String topic,
      RunRef run,
      RunEvent event,
      int number,
      Instant at,
      @Nullable Causation request) {
    long sequence = EventAttributes.sequence(run.attempt(), number);
    return message(
        topic, run, event, new Place(run.attempt(), sequence, "" + sequence), at, request);
  }

  /** That a request led to a run; it has no place among what happens to the run. */
  public Outbox.Message answer(RunAccepted event, Instant at, @Nullable Causation request) {
    String asked = event.requestSource() + "\n" + event.requestId();
    return message(Topics.RUN_EVENTS, event.run(), event, new Place(0, 0, asked), at, request);
  }

  /**
   * Where an event is among those of its run.
   *
   * @param name what its id follows from, besides the run
   */
  private record Place(int attempt, long sequence, String name) {}

  private Outbox.Message message(
      String topic,
      RunRef run,
      RunEvent event,
      Place place,
      Instant at,
      @Nullable Causation request) {
    String key = run.runUid().toString();
    EventType type = EventType.of(event);
    EventAttributes attributes =
        new EventAttributes(
            UUID.nameUUIDFromBytes((key + ":" + place.name()).getBytes(StandardCharsets.UTF_8)),
            source(run.registry(), run.task()),
            type.type(),
            "runs/" + run.runId(),
            at,
            place.attempt(),
            place.sequence(),
            request);
    return new Outbox.Message(
        topic, key, attributes.toHeaders(key, type.schema()), codec.write(event));
  }

  /** Value of {@code source} of a run's events. */
  public static String source(String registry, @Nullable String task) {
    String at = "/registries/" + registry;
    return task == null ? at : at + "/tasks/" + task;
  }
}
