package io.slipway.simulation;

import io.slipway.contract.RunEvent;
import io.slipway.contract.RunRef;
import io.slipway.simulation.Ledger.Row;
import io.slipway.taskapi.run.course.FoldRunEvents;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunChange;
import io.slipway.taskapi.run.course.RunProgress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** What task-api makes of what it reads from Kafka. */
final class EventReading {

  private final TaskApi api;
  private final World world;

  EventReading(TaskApi api) {
    this.api = api;
    this.world = api.world();
  }

  /** Folds events into the runs; false if they must be read again. */
  boolean apply(List<RunReport> batch) {
    boolean bad = batch.contains(RunReport.UNREADABLE);
    if (bad && !world.rules().setsBadRecordsAside()) {
      return false;
    }
    List<FoldRunEvents.Report> reports = new ArrayList<>();
    Set<UUID> uids = new LinkedHashSet<>();
    for (RunReport one : batch) {
      RunEvent event = one.event();
      RunRef ref = event == null ? null : FoldRunEvents.ref(event);
      if (event != null && ref != null) {
        reports.add(new FoldRunEvents.Report(event, one.sequence()));
        uids.add(ref.runUid());
      }
    }
    return world
        .ledger()
        .in(
            api,
            () -> {
              apply(FoldRunEvents.fold(known(uids), reports, world.ledger().clock()));
              return true;
            })
        .orElse(false);
  }

  private List<FoldRunEvents.Known> known(Set<UUID> uids) {
    return world.ledger().where(row -> uids.contains(row.run.key().uid())).stream()
        .map(row -> row.run)
        .map(run ->
            new FoldRunEvents.Known(
                run.key().uid(), run.state(), run.lastSequence(), run.times().created()))
        .toList();
  }

  private void apply(FoldRunEvents.Folded folded) {
    for (FoldRunEvents.Begun begun : folded.begun()) {
      Row row = Objects.requireNonNull(world.ledger().row(begun.uid()));
      api.move(row, new RunChange.StepBegan(row.run.state().attempt()));
      row.run = RunProgress.after(row.run, begun.sequence());
    }
    for (FoldRunEvents.Ended ended : folded.ended()) {
      Row row = Objects.requireNonNull(world.ledger().row(ended.uid()));
      Run after =
          RunProgress.finished(
              row.run,
              ended.to(),
              ended.error(),
              List.of(),
              ended.completed().logBytes(),
              ended.finishedAt());
      world.ledger().update(row, RunProgress.after(after, ended.sequence()));
    }
  }

  /** Adds pieces to logs; false if they must be read again. */
  boolean append(List<LogPiece> batch) {
    return world
        .ledger()
        .in(
            api,
            () -> {
              batch.forEach(this::append);
              return true;
            })
        .orElse(false);
  }

  private void append(LogPiece piece) {
    Row row = world.ledger().row(piece.run());
    if (row == null) {
      return;
    }
    Long end = row.run.result().logBytes();
    boolean inside = end == null || piece.offset() + piece.length() <= end;
    if (piece.attempt() == row.run.state().attempt() && !Ledger.isQueued(row) && inside) {
      row.log.add(piece.offset(), new byte[(int) piece.length()]);
    }
  }
}
