package io.slipway.taskapi.event;

import io.slipway.taskapi.event.EventCodec.Received;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Some events of a batch are about attempts whose agents sign, and are not signed: somebody else
 * wrote them. Nothing of the batch was applied; without these events it can be.
 */
public final class Unsigned extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why they are set aside. */
  static final String REASON = "header slipway-signature is missing: the run's agent signs";

  private final transient Set<Received> events = Collections.newSetFromMap(new IdentityHashMap<>());

  /** Some events that are to be set aside. */
  public Unsigned(List<Received> events) {
    super(events.size() + " events are not signed", null, false, false);
    this.events.addAll(events);
  }

  boolean has(Received received) {
    return events.contains(received);
  }
}
