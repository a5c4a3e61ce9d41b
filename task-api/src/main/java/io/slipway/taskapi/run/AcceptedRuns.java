package io.slipway.taskapi.run;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.dispatch.Lane;
import io.slipway.taskapi.dispatch.QueuedRun;
import io.slipway.taskapi.run.RunRequests.Known;
import io.slipway.taskapi.run.ScheduleRun.Asked;
import io.slipway.taskapi.run.ScheduleRun.Draft;
import io.slipway.taskapi.run.course.Run;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What became of the drafts of a batch, each under its uid. */
final class AcceptedRuns {
  private final Map<UUID, Run> runs = new HashMap<>();
  private final Map<UUID, RuntimeException> refused = new HashMap<>();
  private final List<Run> added = new ArrayList<>();
  private final Map<UUID, QueuedRun> told = new LinkedHashMap<>();
  private final Set<Lane> waiting = new HashSet<>();

  private final Map<UUID, Integer> checked = new HashMap<>();

  /** Says that a run of the registry is about to be added. */
  void check(UUID registry) {
    checked.merge(registry, 1, Integer::sum);
  }

  /** How many runs of the registry are about to be added. */
  int checked(UUID registry) {
    return checked.getOrDefault(registry, 0);
  }

  void refuse(UUID draft, RuntimeException why) {
    refused.put(draft, why);
  }

  /** Those that are refused. */
  List<Asked> refused(List<Asked> asked) {
    return asked.stream().filter(one -> refused.containsKey(one.draft().uid())).toList();
  }

  /** Drafts of those that are not refused. */
  List<Draft> accepted(List<Asked> asked) {
    return asked.stream().map(Asked::draft).filter(it -> !refused.containsKey(it.uid())).toList();
  }

  /**
   * Adds a new run.
   *
   * @param atOnce whether it is in the window, and not in the backlog
   */
  void add(Run run, Lane lane, boolean atOnce) {
    runs.put(run.key().uid(), run);
    added.add(run);
    if (atOnce) {
      told.put(
          run.key().uid(),
          new QueuedRun(
              run.ref(),
              run.key().registryUid(),
              lane,
              run.origin().trigger().request(),
              run.times().queued()));
    } else {
      waiting.add(lane);
    }
  }

  /** The new runs. */
  List<Run> added() {
    return added;
  }

  /** When a run came into the window, or null if it is in the backlog. */
  @Nullable Instant toldAt(Run run) {
    return told.containsKey(run.key().uid()) ? run.times().queued() : null;
  }

  /** The new runs that the agents are to be told of, in order. */
  List<QueuedRun> told() {
    return List.copyOf(told.values());
  }

  /** Lanes that have new runs in the backlog. */
  Set<Lane> waiting() {
    return waiting;
  }

  /** Gives a draft the answer of another one of the batch; false if there is none. */
  boolean same(UUID draft, UUID other) {
    Run run = runs.get(other);
    if (run != null) {
      runs.put(draft, run);
      return true;
    }
    RuntimeException why = refused.get(other);
    if (why != null) {
      refused.put(draft, why);
      return true;
    }
    return false;
  }

  /**
   * Gives drafts the runs that were accepted before. Requests are remembered for longer than some
   * runs are kept: a repetition of one whose run was deleted is refused, and not done again.
   */
  void recalled(Map<UUID, Known> known, List<Run> found) {
    Map<UUID, Run> byUid = new HashMap<>();
    found.forEach(run -> byUid.put(run.key().uid(), run));
    known.forEach((draft, first) -> {
      Run run = byUid.get(first.runUid());
      if (refused.containsKey(draft) || runs.containsKey(draft)) {
        return;
      }
      if (run == null) {
        refuse(draft, ArmException.conflict("The run of this Idempotency-Key was deleted."));
      } else {
        runs.put(draft, run);
      }
    });
  }

  /** The run of a draft; fails with the reason why there is none. */
  Run run(UUID draft) {
    RuntimeException why = refused.get(draft);
    if (why != null) {
      throw why;
    }
    Run run = runs.get(draft);
    if (run == null) {
      throw new IllegalStateException("nothing became of run " + draft);
    }
    return run;
  }
}
