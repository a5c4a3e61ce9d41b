package io.slipway.taskapi.run;

import io.quarkus.logging.Log;
import io.slipway.contract.ImageDependency;
import io.slipway.contract.ImagePushed;
import io.slipway.contract.LogAppended;
import io.slipway.contract.RunCompleted;
import io.slipway.contract.RunEvent;
import io.slipway.contract.RunOutcome;
import io.slipway.contract.RunQueued;
import io.slipway.contract.RunRef;
import io.slipway.contract.RunRejected;
import io.slipway.contract.RunRequested;
import io.slipway.contract.RunStarted;
import io.slipway.contract.StepCompleted;
import io.slipway.contract.StepStarted;
import io.slipway.taskapi.cleanup.Cleanup;
import io.slipway.taskapi.cleanup.Cleanups;
import io.slipway.taskapi.event.EventCodec.Received;
import io.slipway.taskapi.metrics.RunMetrics;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunChange;
import io.slipway.taskapi.run.course.RunProgress;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.run.course.RunStateMachine;
import io.slipway.taskapi.run.course.RunTransition;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Folds what agents report into the ledger, many events in one transaction. Doubled, late and
 * reordered events change nothing; neither do those of an attempt that is not the current one.
 */
@ApplicationScoped
public class ApplyRunEvents {
  private static final int LONGEST_ERROR = 2_000;

  /** A run that began earlier but ends later does not count. */
  private static final String REMEMBER =
      "update task set dependencies = $2, dependencies_run = $3"
          + " where uid = $1 and dependencies_run <= $3";

  private final Transactions transactions;
  private final RunRepository runs;
  private final RunImages images;
  private final Cleanups cleanups;
  private final RunMetrics metrics;
  private final JsonText json;
  private final InstantSource clock;

  ApplyRunEvents(
      Transactions transactions,
      RunRepository runs,
      RunImages images,
      Cleanups cleanups,
      RunMetrics metrics,
      JsonText json,
      InstantSource clock) {
    this.transactions = transactions;
    this.runs = runs;
    this.images = images;
    this.cleanups = cleanups;
    this.metrics = metrics;
    this.json = json;
    this.clock = clock;
  }

  /** An event that changes the course of a run, if it is not late. */
  private record Report(Received received, RunRef run, RunChange change) {}

  /** What a batch changes. */
  private static final class Outcome {
    final Map<UUID, Run> changed = new LinkedHashMap<>();
    final Map<UUID, RunCompleted> ended = new LinkedHashMap<>();
  }

  /** Applies the events, in the order given for each run. */
  public Uni<Void> apply(List<Received> events) {
    List<Report> reports =
        events.stream().map(ApplyRunEvents::report).flatMap(Optional::stream).toList();
    if (reports.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<UUID> uids = reports.stream().map(one -> one.run().runUid()).distinct().toList();
    Instant now = clock.instant();
    return transactions
        .in(connection ->
            runs.lock(connection, uids)
                .map(found -> fold(found, reports, now))
                .call(outcome -> write(connection, outcome)))
        .invoke(this::count)
        .replaceWithVoid();
  }

  /** Empty for what this service itself has published and for what is not about a run's state. */
  private static Optional<Report> report(Received received) {
    RunEvent event = received.event();
    return switch (event) {
      case StepStarted step ->
          Optional.of(
              new Report(received, step.run(), new RunChange.StepBegan(step.run().attempt())));
      case RunCompleted completed ->
          Optional.of(
              new Report(
                  received,
                  completed.run(),
                  new RunChange.Completed(completed.run().attempt(), completed.outcome())));
      case RunQueued ignored -> Optional.empty();
      case RunStarted ignored -> Optional.empty();
      case StepCompleted ignored -> Optional.empty();
      case ImagePushed ignored -> Optional.empty();
      case RunRequested ignored -> Optional.empty();
      case RunRejected ignored -> Optional.empty();
      case LogAppended ignored -> Optional.empty();
    };
  }

  private Outcome fold(List<Run> found, List<Report> reports, Instant now) {
    Map<UUID, Run> known = new LinkedHashMap<>();
    found.forEach(run -> known.put(run.key().uid(), run));
    Outcome outcome = new Outcome();
    for (Report one : reports) {
      UUID uid = one.run().runUid();
      Run run = known.get(uid);
      if (run == null) {
        ignored(one, "there is no such run");
        continue;
      }
      fold(run, one, now, outcome).ifPresent(after -> known.put(uid, after));
    }
    return outcome;
  }

  private Optional<Run> fold(Run run, Report report, Instant now, Outcome outcome) {
    long sequence = report.received().attributes().sequence();
    boolean seen = sequence > 0 && sequence <= run.lastSequence();
    // An end is never dropped for its number: a wrong number must not leave a run without one.
    if (seen && !(report.change() instanceof RunChange.Completed)) {
      ignored(report, "sequence " + sequence + " was seen");
      return Optional.empty();
    }
    return switch (RunStateMachine.apply(run.state(), report.change())) {
      case RunTransition.Ignored ignored -> {
        ignored(report, ignored.reason());
        yield Optional.empty();
      }
      case RunTransition.Moved moved -> {
        Run after = RunProgress.after(moved(run, moved.to(), report, now, outcome), sequence);
        outcome.changed.put(run.key().uid(), after);
        yield Optional.of(after);
      }
    };
  }

  private static Run moved(Run run, RunState to, Report report, Instant now, Outcome outcome) {
    if (to instanceof RunState.Finished finished
        && report.received().event() instanceof RunCompleted completed) {
      outcome.ended.put(run.key().uid(), completed);
      return RunProgress.finished(
          run,
          finished,
          line(completed.error()),
          ReportedImages.pushed(completed.outputImages()),
          completed.logBytes(),
          within(completed.finishedAt(), run, now));
    }
    return RunProgress.moved(run, to, now);
  }

  /** One line of printable text: it goes into the database and onto people's screens. */
  private static @Nullable String line(@Nullable String error) {
    if (error == null) {
      return null;
    }
    String printable = error.replaceAll("\\p{Cntrl}+", " ").strip();
    return printable.length() <= LONGEST_ERROR
        ? printable
        : printable.substring(0, LONGEST_ERROR) + "…";
  }

  /** An agent's clock may be wrong; the order of a run's times is not. */
  private static Instant within(Instant finished, Run run, Instant now) {
    Instant started = run.times().started();
    Instant earliest = started == null ? run.times().created() : started;
    if (finished.isBefore(earliest)) {
      return earliest;
    }
    return finished.isAfter(now) ? now : finished;
  }

  private Uni<Void> write(SqlConnection connection, Outcome outcome) {
    List<Cleanup> forget = new ArrayList<>();
    outcome.ended.keySet().forEach(uid -> forget.addAll(EndRun.cleanups(run(outcome, uid))));
    return runs.update(connection, outcome.changed.values())
        .chain(() -> images.record(connection, ended(outcome)))
        .chain(() -> cleanups.add(connection, forget))
        .chain(() -> rememberDependencies(connection, outcome));
  }

  /** The base images of a task's latest successful run become a property of the task. */
  private Uni<Void> rememberDependencies(SqlConnection connection, Outcome outcome) {
    List<Tuple> remembered = new ArrayList<>();
    outcome.ended.forEach((uid, completed) -> {
      Run.Key run = run(outcome, uid).key();
      if (run.taskUid() != null && completed.outcome() == RunOutcome.SUCCEEDED) {
        List<ImageDependency> dependencies = ReportedImages.dependencies(completed.dependencies());
        if (!dependencies.isEmpty()) {
          remembered.add(Sql.values(run.taskUid(), json.write(dependencies), run.number()));
        }
      }
    });
    return remembered.isEmpty()
        ? Uni.createFrom().voidItem()
        : connection.preparedQuery(REMEMBER).executeBatch(remembered).replaceWithVoid();
  }

  private static List<Run> ended(Outcome outcome) {
    return outcome.ended.keySet().stream().map(uid -> run(outcome, uid)).toList();
  }

  private void count(Outcome outcome) {
    outcome.ended.keySet().forEach(uid -> metrics.ended(run(outcome, uid)));
  }

  private static Run run(Outcome outcome, UUID uid) {
    return Objects.requireNonNull(outcome.changed.get(uid));
  }

  private void ignored(Report report, String reason) {
    String type = report.received().attributes().type();
    metrics.ignored(type);
    Log.debugf(
        "Ignored %s of run %s attempt %d: %s",
        type, report.run().runId(), report.run().attempt(), reason);
  }
}
