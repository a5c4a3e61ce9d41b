package io.slipway.taskapi.event;

import io.slipway.taskapi.event.EventCodec.Received;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Some events of a batch are not of whom they should be: about attempts whose agents sign, and not
 * signed, or requests of nobody knows whom. Nothing of the batch was applied; without these events
 * it can be.
 */
public final class Unsigned extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final String REASON = "header slipway-signature is missing: the run's agent signs";

  private final transient Map<Received, String> reasons;

  /** Some events of attempts that are to be set aside. */
  public Unsigned(List<Received> events) {
    this(new IdentityHashMap<>(), events.size());
    events.forEach(event -> reasons.put(event, REASON));
  }

  /** Some events that are to be set aside, each with the reason; at least one. */
  public Unsigned(Map<Received, String> reasons) {
    this(new IdentityHashMap<>(reasons), reasons.size());
  }

  private Unsigned(Map<Received, String> reasons, int number) {
    super(number + " events are not signed", null, false, false);
    this.reasons = reasons;
  }

  /** Why an event is set aside; null if it is not. */
  @Nullable String reason(Received received) {
    return reasons.get(received);
  }
}
