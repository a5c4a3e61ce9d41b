package io.slipway.contract;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the end of a run says besides its outcome, so that nobody has to read other events or ask
 * task-api for a dashboard or a bill.
 *
 * @param resourceId ARM id of the run; null if its registry was being deleted
 * @param trigger what started it: {@code Manual}, {@code Event} or {@code Timer}; null from an
 *     agent whose task-api did not say
 * @param pool agent pool
 * @param os operating system that it was for
 * @param architecture processor that it was for
 * @param agent who executed its last attempt, or null if none did
 * @param createdAt when it was accepted
 * @param queuedAt when it was put in the queue for its last attempt; null as {@code trigger}
 * @param startedAt when its agent began; of a run that the ledger ended, when the first one did; or
 *     null
 * @param failure why it did not succeed, or null if it did
 * @param gitRevision commit of its context, or null if that is no git repository
 * @param steps steps of its last attempt in the order of their ends, at most 1,000, and fewer if
 *     their ids are very long; those of an attempt that was lost are unknown
 */
public record RunDetails(
    @Nullable String resourceId,
    @Nullable String trigger,
    String pool,
    String os,
    String architecture,
    @Nullable String agent,
    Instant createdAt,
    @Nullable Instant queuedAt,
    @Nullable Instant startedAt,
    @Nullable FailureClass failure,
    @Nullable String gitRevision,
    List<StepResult> steps) {
  /** A list that is missing is empty, and an end is never lost because of a hole in it. */
  public RunDetails {
    steps = steps == null ? List.of() : steps.stream().filter(Objects::nonNull).toList();
  }
}
