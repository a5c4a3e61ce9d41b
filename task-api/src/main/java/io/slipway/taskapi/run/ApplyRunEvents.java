package io.slipway.taskapi.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.logging.Log;
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
import io.slipway.taskapi.cleanup.Cleanups;
import io.slipway.taskapi.event.EventCodec.Received;
import io.slipway.taskapi.metrics.RunMetrics;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunChange;
import io.slipway.taskapi.run.course.RunProgress;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.run.course.RunStateMachine;
import io.slipway.taskapi.run.course.RunTransition;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Folds what agents say into the ledger, many events in one transaction. Doubled, late and
 * reordered events change nothing; neither do those of an attempt that is not the current one.
 */
@ApplicationScoped
public class ApplyRunEvents {
  private static final int LONGEST_ERROR = 2_000;

  /** A run that began earlier and ends later says nothing new. */
  private static final String REMEMBER =
      "update task set dependencies = $2, dependencies_run = $3"
          + " where uid = $1 and dependencies_run <= $3";

  private final Transactions transactions;
  private final RunRepository runs;
  private final Cleanups cleanups;
  private final RunMetrics metrics;
  private final ObjectMapper json;
  private final InstantSource clock;

  ApplyRunEvents(
      Transactions transactions,
      RunRepository runs,
      Cleanups cleanups,
      RunMetrics metrics,
      ObjectMapper json,
      InstantSource clock) {
    this.transactions = transactions;
    this.runs = runs;
    this.cleanups = cleanups;
    this.metrics = metrics;
    this.json = json;
    this.clock = clock;
  }

  /** An event that says something about the course of a run. */
  private record Said(Received received, RunRef run, RunChange change) {}

  /** What a batch comes to. */
  private static final class Outcome {
    final Map<UUID, Run> changed = new LinkedHashMap<>();
    final Map<UUID, RunCompleted> ended = new LinkedHashMap<>();
  }

  /** Applies the events, in the order given for each run. */
  public Uni<Void> apply(List<Received> events) {
    List<Said> said = events.stream().map(ApplyRunEvents::said).flatMap(Optional::stream).toList();
    if (said.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<UUID> uids = said.stream().map(one -> one.run().runUid()).distinct().toList();
    Instant now = clock.instant();
    return transactions
        .in(connection ->
            runs.lock(connection, uids)
                .map(found -> fold(found, said, now))
                .call(outcome -> write(connection, outcome, now)))
        .invoke(this::count)
        .replaceWithVoid();
  }

  /**
   * What this service itself has published, and what is no matter of a run's state, says nothing.
   */
  private static Optional<Said> said(Received received) {
    RunEvent event = received.event();
    return switch (event) {
      case StepStarted step ->
          Optional.of(
              new Said(received, step.run(), new RunChange.StepBegan(step.run().attempt())));
      case RunCompleted completed ->
          Optional.of(
              new Said(
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

  private Outcome fold(List<Run> found, List<Said> said, Instant now) {
    Map<UUID, Run> known = new LinkedHashMap<>();
    found.forEach(run -> known.put(run.key().uid(), run));
    Outcome outcome = new Outcome();
    for (Said one : said) {
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

  private Optional<Run> fold(Run run, Said said, Instant now, Outcome outcome) {
    long sequence = said.received().attributes().sequence();
    boolean seen = sequence > 0 && sequence <= run.lastSequence();
    // An end is never dropped for its number: a wrong number must not leave a run without one.
    if (seen && !(said.change() instanceof RunChange.Completed)) {
      ignored(said, "sequence " + sequence + " was seen");
      return Optional.empty();
    }
    return switch (RunStateMachine.apply(run.state(), said.change())) {
      case RunTransition.Ignored ignored -> {
        ignored(said, ignored.reason());
        yield Optional.empty();
      }
      case RunTransition.Moved moved -> {
        Run after = RunProgress.heard(moved(run, moved.to(), said, now, outcome), sequence);
        outcome.changed.put(run.key().uid(), after);
        yield Optional.of(after);
      }
    };
  }

  private static Run moved(Run run, RunState to, Said said, Instant now, Outcome outcome) {
    if (to instanceof RunState.Finished finished
        && said.received().event() instanceof RunCompleted completed) {
      outcome.ended.put(run.key().uid(), completed);
      return RunProgress.finished(
          run,
          finished,
          line(completed.error()),
          completed.outputImages(),
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

  private Uni<Void> write(SqlConnection connection, Outcome outcome, Instant now) {
    List<Cleanups.Cleanup> forget = new ArrayList<>();
    outcome.ended.keySet().forEach(uid -> forget.addAll(EndRun.cleanups(run(outcome, uid))));
    return runs.update(connection, outcome.changed.values())
        .chain(() -> cleanups.add(connection, forget, now))
        .chain(() -> rememberDependencies(connection, outcome));
  }

  /** What the latest good run of a task stood on becomes a property of the task. */
  private Uni<Void> rememberDependencies(SqlConnection connection, Outcome outcome) {
    Uni<Void> written = Uni.createFrom().voidItem();
    for (Map.Entry<UUID, RunCompleted> ended : outcome.ended.entrySet()) {
      UUID task = run(outcome, ended.getKey()).key().taskUid();
      RunCompleted completed = ended.getValue();
      if (task != null
          && completed.outcome() == RunOutcome.SUCCEEDED
          && !completed.dependencies().isEmpty()) {
        String text = text(completed);
        long number = run(outcome, ended.getKey()).key().number();
        written =
            written.chain(() ->
                connection
                    .preparedQuery(REMEMBER)
                    .execute(Sql.values(task, text, number))
                    .replaceWithVoid());
      }
    }
    return written;
  }

  private String text(RunCompleted completed) {
    try {
      return json.writeValueAsString(completed.dependencies());
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("dependencies of a run", impossible);
    }
  }

  private void count(Outcome outcome) {
    for (UUID uid : outcome.ended.keySet()) {
      Run run = run(outcome, uid);
      metrics.ended(
          run.key().registry(), run.key().task(), run.origin().trigger(), run.state().status());
    }
  }

  private static Run run(Outcome outcome, UUID uid) {
    return java.util.Objects.requireNonNull(outcome.changed.get(uid));
  }

  private void ignored(Said said, String reason) {
    String type = said.received().attributes().type();
    metrics.ignored(type);
    Log.debugf(
        "Ignored %s of run %s attempt %d: %s",
        type, said.run().runId(), said.run().attempt(), reason);
  }
}
