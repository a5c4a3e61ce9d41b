package io.slipway.contract;

import org.jspecify.annotations.Nullable;

/**
 * What an event follows from: the request for its run. All events of the run carry it, so that
 * whoever asked knows them among all others.
 *
 * @param id {@code ce_id} of the request as its sender wrote it, or null
 * @param source {@code ce_source} of the request, or null; an id is unique for its source alone
 * @param traceparent W3C trace context that the request came with, or null
 */
public record Causation(
    @Nullable String id, @Nullable String source, @Nullable String traceparent) {
  /** What was asked for by the request with this id; null for none. */
  public static @Nullable Causation of(
      @Nullable String id, @Nullable String source, @Nullable String traceparent) {
    return id == null ? null : new Causation(id, source, traceparent);
  }
}
