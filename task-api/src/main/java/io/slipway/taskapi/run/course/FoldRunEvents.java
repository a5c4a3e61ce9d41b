package io.slipway.taskapi.run.course;

import io.slipway.contract.EventAttributes;
import io.slipway.contract.RunCompleted;
import io.slipway.contract.RunEvent;
import io.slipway.contract.RunRef;
import io.slipway.contract.StepStarted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the reports of agents make of the runs that they are about, as one pure function. Doubled,
 * late and reordered events change nothing; neither do those of an attempt that is not the current
 * one. Nothing is thrown: what changes nothing is given back with the reason.
 */
public final class FoldRunEvents {
  /**
   * Number, within an attempt, of the event by which the ledger itself says that a run ended:
   * higher than any that an agent uses.
   */
  public static final int ENDED_BY_LEDGER = 999_999;

  private static final int LONGEST_ERROR = 2_000;

  private FoldRunEvents() {}

  /**
   * What the ledger has to know of a run to fold events into it.
   *
   * @param uid the run
   * @param state how far it has got
   * @param lastSequence highest sequence of the events that were applied
   * @param notBefore when it was claimed, or accepted if it never was: it cannot end earlier
   */
  public record Known(UUID uid, RunState state, long lastSequence, Instant notBefore) {}

  /**
   * An event and its number.
   *
   * @param sequence rises within a run; 0 if there is none
   */
  public record Report(RunEvent event, long sequence) {}

  /**
   * A run has begun its first step.
   *
   * @param sequence highest sequence of the run's events now
   */
  public record Begun(UUID uid, long sequence) {}

  /**
   * A run is over. Whoever applies it lets others forget what they keep for the run.
   *
   * @param to its final state
   * @param finishedAt when it ended, within the times that the ledger knows of
   * @param error why it did not succeed, one line, or null
   * @param completed what the agent says
   * @param sequence highest sequence of the run's events now
   */
  public record Ended(
      UUID uid,
      RunState.Finished to,
      Instant finishedAt,
      @Nullable String error,
      RunCompleted completed,
      long sequence) {}

  /**
   * An event that changed nothing.
   *
   * @param run the run that it is about
   * @param reason why, for the log
   * @param unknown whether the ledger has no such run
   */
  public record Unused(RunEvent event, RunRef run, String reason, boolean unknown) {}

  /**
   * What a batch makes of the runs; a run that begins and ends in it is only among those ended.
   *
   * @param begun runs whose first step began
   * @param ended runs that are over
   * @param unused events that changed nothing
   */
  public record Folded(List<Begun> begun, List<Ended> ended, List<Unused> unused) {}

  /** Folds the events, in the order given for each run. */
  public static Folded fold(Collection<Known> known, List<Report> reports, Instant now) {
    Map<UUID, Known> runs = new LinkedHashMap<>();
    known.forEach(run -> runs.put(run.uid(), run));
    Map<UUID, Begun> begun = new LinkedHashMap<>();
    Map<UUID, Ended> ended = new LinkedHashMap<>();
    List<Unused> unused = new ArrayList<>();
    for (Report report : reports) {
      RunRef ref = ref(report.event());
      RunChange change = change(report.event());
      if (ref == null || change == null) {
        continue;
      }
      Known run = runs.get(ref.runUid());
      if (run == null) {
        boolean own = report.sequence() == EventAttributes.sequence(ref.attempt(), ENDED_BY_LEDGER);
        unused.add(
            own
                ? new Unused(report.event(), ref, "its registry was deleted", false)
                : new Unused(report.event(), ref, "there is no such run", true));
        continue;
      }
      // An end is never dropped for its number: a wrong number must not leave a run without one.
      boolean seen = report.sequence() > 0 && report.sequence() <= run.lastSequence();
      if (seen && !(change instanceof RunChange.Completed)) {
        String reason = "sequence " + report.sequence() + " was seen";
        unused.add(new Unused(report.event(), ref, reason, false));
        continue;
      }
      switch (RunStateMachine.apply(run.state(), change)) {
        case RunTransition.Ignored ignored ->
            unused.add(new Unused(report.event(), ref, ignored.reason(), false));
        case RunTransition.Moved moved -> {
          long sequence = Math.max(run.lastSequence(), report.sequence());
          runs.put(run.uid(), new Known(run.uid(), moved.to(), sequence, run.notBefore()));
          if (moved.to() instanceof RunState.Finished to
              && report.event() instanceof RunCompleted completed) {
            begun.remove(run.uid());
            ended.put(
                run.uid(),
                new Ended(
                    run.uid(),
                    to,
                    within(completed.finishedAt(), run.notBefore(), now),
                    line(completed.error()),
                    completed,
                    sequence));
          } else {
            begun.put(run.uid(), new Begun(run.uid(), sequence));
          }
        }
      }
    }
    return new Folded(
        List.copyOf(begun.values()), List.copyOf(ended.values()), List.copyOf(unused));
  }

  /** The run whose course an event may change, or null if it changes none. */
  public static @Nullable RunRef ref(RunEvent event) {
    return switch (event) {
      case StepStarted started -> started.run();
      case RunCompleted completed -> completed.run();
      default -> null;
    };
  }

  private static @Nullable RunChange change(RunEvent event) {
    return switch (event) {
      case StepStarted started -> new RunChange.StepBegan(started.run().attempt());
      case RunCompleted completed ->
          new RunChange.Completed(completed.run().attempt(), completed.outcome());
      default -> null;
    };
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
  private static Instant within(Instant finished, Instant earliest, Instant now) {
    if (finished.isBefore(earliest)) {
      return earliest;
    }
    return finished.isAfter(now) ? now : finished;
  }
}
