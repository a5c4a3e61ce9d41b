package io.slipway.taskapi.run;

import io.quarkus.logging.Log;
import io.slipway.contract.EventType;
import io.slipway.contract.RunDetails;
import io.slipway.contract.RunRef;
import io.slipway.contract.RunStarted;
import io.slipway.contract.StepStarted;
import io.slipway.taskapi.cleanup.Cleanup;
import io.slipway.taskapi.cleanup.Cleanups;
import io.slipway.taskapi.event.EventCodec.Received;
import io.slipway.taskapi.event.Unsigned;
import io.slipway.taskapi.log.LogWatch;
import io.slipway.taskapi.metrics.RunMetrics;
import io.slipway.taskapi.run.EventRows.EventRow;
import io.slipway.taskapi.run.EventRows.Origin;
import io.slipway.taskapi.run.course.FoldRunEvents;
import io.slipway.taskapi.run.course.FoldRunEvents.Folded;
import io.slipway.taskapi.run.course.FoldRunEvents.Report;
import io.slipway.taskapi.run.course.FoldRunEvents.Unused;
import io.slipway.taskapi.store.Transactions;
import io.slipway.taskapi.webhook.QueueRunEvents;
import io.slipway.taskapi.webhook.QueueRunEvents.Happened;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * Folds what agents report into the ledger: one transaction and a few statements for a whole batch.
 * What the events mean is decided by {@link FoldRunEvents}.
 */
@ApplicationScoped
public class ApplyRunEvents {
  /** A run that somebody holds for longer doesn't keep the others of the batch waiting. */
  private static final Duration LONGEST_LOCK = Duration.ofMillis(250);

  private final Transactions transactions;
  private final EventRows rows;
  private final RunImages images;
  private final Cleanups cleanups;
  private final QueueRunEvents webhooks;
  private final RunMetrics metrics;
  private final LogWatch watch;
  private final InstantSource clock;

  ApplyRunEvents(
      Transactions transactions,
      EventRows rows,
      RunImages images,
      Cleanups cleanups,
      QueueRunEvents webhooks,
      RunMetrics metrics,
      LogWatch watch,
      InstantSource clock) {
    this.transactions = transactions;
    this.rows = rows;
    this.images = images;
    this.cleanups = cleanups;
    this.webhooks = webhooks;
    this.metrics = metrics;
    this.watch = watch;
    this.clock = clock;
  }

  /** What a batch came to, and whose runs they are. */
  private record Outcome(Folded folded, Map<UUID, Origin> origins) {}

  /** Applies the events, in the order given for each run. */
  public Uni<Void> apply(List<Received> events) {
    List<Report> reports =
        events.stream().map(one -> new Report(one.event(), one.attributes().sequence())).toList();
    UUID[] uids =
        reports.stream()
            .map(one -> FoldRunEvents.ref(one.event()))
            .filter(Objects::nonNull)
            .map(RunRef::runUid)
            .distinct()
            .toArray(UUID[]::new);
    if (uids.length == 0) {
      return Uni.createFrom().voidItem();
    }
    return transactions
        .in(
            LONGEST_LOCK,
            connection ->
                rows.lock(connection, uids)
                    .invoke(found -> refuseUnsigned(found, events))
                    .map(found -> fold(found, reports))
                    .call(outcome -> write(connection, outcome))
                    .call(outcome -> webhooks.queue(connection, happened(outcome, reports))))
        .invoke(this::tell)
        .replaceWithVoid();
  }

  private static void refuseUnsigned(List<EventRow> found, List<Received> events) {
    Map<UUID, EventRow> rows = new HashMap<>();
    found.forEach(row -> rows.put(row.known().uid(), row));
    List<Received> unsigned = new ArrayList<>();
    for (Received received : events) {
      RunRef ref = received.signed() ? null : FoldRunEvents.ref(received.event());
      EventRow row = ref == null ? null : rows.get(ref.runUid());
      if (ref != null && row != null && row.mustBeSigned(ref.attempt())) {
        unsigned.add(received);
      }
    }
    if (!unsigned.isEmpty()) {
      throw new Unsigned(unsigned);
    }
  }

  private Outcome fold(List<EventRow> found, List<Report> reports) {
    Map<UUID, Origin> origins = new HashMap<>();
    found.forEach(row -> origins.put(row.known().uid(), row.origin()));
    return new Outcome(
        FoldRunEvents.fold(found.stream().map(EventRow::known).toList(), reports, clock.instant()),
        origins);
  }

  private Uni<Void> write(SqlConnection connection, Outcome outcome) {
    Folded folded = outcome.folded();
    List<Cleanup> forget =
        folded.ended().stream()
            .map(FoldRunEvents.Ended::uid)
            .filter(uid -> origin(outcome, uid).ownCredentials())
            .map(Cleanup::endedRun)
            .toList();
    Instant now = clock.instant();
    // Sent together; the database does one after the other.
    return Uni.combine()
        .all()
        .unis(
            rows.begin(connection, folded.begun(), now),
            rows.end(connection, folded.ended(), now),
            images.record(connection, pushed(outcome)),
            cleanups.add(connection, forget),
            rows.remember(connection, folded.ended(), outcome.origins()))
        .discardItems();
  }

  private static List<RunImages.Pushed> pushed(Outcome outcome) {
    return outcome.folded().ended().stream()
        .map(one -> {
          Origin origin = origin(outcome, one.uid());
          return new RunImages.Pushed(origin.registryUid(), origin.number(), EventRows.images(one));
        })
        .toList();
  }

  private static List<Happened> happened(Outcome outcome, List<Report> reports) {
    Map<UUID, StepStarted> first = new HashMap<>();
    for (Report report : reports) {
      if (report.event() instanceof StepStarted step) {
        first.putIfAbsent(step.run().runUid(), step);
      }
    }
    List<Happened> happened = new ArrayList<>();
    for (FoldRunEvents.Begun begun : outcome.folded().begun()) {
      StepStarted step = first.get(begun.uid());
      if (step != null) {
        happened.add(
            new Happened(
                origin(outcome, begun.uid()).registryUid(),
                new RunStarted(step.run(), "", step.startedAt())));
      }
    }
    for (FoldRunEvents.Ended ended : outcome.folded().ended()) {
      UUID registry = origin(outcome, ended.uid()).registryUid();
      StepStarted step = first.get(ended.uid());
      if (step != null) {
        // It may have been told before; then this is the same event.
        happened.add(new Happened(registry, new RunStarted(step.run(), "", step.startedAt())));
      }
      happened.add(new Happened(registry, ended.completed()));
    }
    return happened;
  }

  /** After the commit. */
  private void tell(Outcome outcome) {
    for (FoldRunEvents.Ended ended : outcome.folded().ended()) {
      Origin origin = origin(outcome, ended.uid());
      metrics.ended(origin.registry(), origin.task(), origin.trigger(), ended.to().status());
      RunDetails details = ended.completed().details();
      if (details != null) {
        metrics.ended(ended.to().status(), ended.finishedAt(), details);
      }
    }
    watch.changed(outcome.folded().ended().stream().map(FoldRunEvents.Ended::uid).toList());
    outcome.folded().unused().forEach(this::ignored);
  }

  private static Origin origin(Outcome outcome, UUID uid) {
    return Objects.requireNonNull(outcome.origins().get(uid));
  }

  /** A run that the ledger does not know of was accepted once: somebody has to learn of it. */
  private void ignored(Unused unused) {
    String type = EventType.of(unused.event()).type();
    if (unused.unknown()) {
      metrics.ofUnknownRun(type);
      Log.warnf(
          "%s of run %s (%s) of registry %s, which the ledger does not have",
          type, unused.run().runId(), unused.run().runUid(), unused.run().registry());
      return;
    }
    metrics.ignored(type);
    Log.debugf(
        "Ignored %s of run %s attempt %d: %s",
        type, unused.run().runId(), unused.run().attempt(), unused.reason());
  }
}
