package io.slipway.simulation;

import io.slipway.contract.RunCompleted;
import io.slipway.contract.RunOutcome;
import io.slipway.contract.RunRef;
import io.slipway.simulation.Ledger.Row;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What must hold, whatever happens. */
final class Checker {
  /** How long a trouble of its own may still have effects on an agent. */
  private static final long AFTERMATH = 45_000;

  /** An end that stands in Kafka for so long has been seen by whoever reads before he decides. */
  private static final long SEEN = 5_000;

  /** Runs of another registry that may come first, besides one for each of the own. */
  private static final long OVERTAKES = 4;

  private final World world;
  private final Set<UUID> accepted = new HashSet<>();
  private final Set<UUID> begun = new HashSet<>();
  private final Set<String> attempts = new HashSet<>();
  private final Map<String, Long> endsInKafka = new HashMap<>();
  private final Map<String, Long> dispatched = new HashMap<>();
  private final Map<UUID, Long> mayOvertake = new HashMap<>();
  private int endsLookedAt;

  Checker(World world) {
    this.world = world;
  }

  /** The client was told that its run is accepted. */
  void accepted(UUID run) {
    accepted.add(run);
  }

  Set<UUID> accepted() {
    return accepted;
  }

  void stepBegins(UUID run, int attempt) {
    if (!attempts.add(run + "#" + attempt)) {
      throw new Violation("attempt %d of run %s began twice".formatted(attempt, world.label(run)));
    }
    begun.add(run);
  }

  /** A run's row changes. */
  void moves(Run before, Run after) {
    if (before.state() instanceof RunState.Finished) {
      throw new Violation("run " + label(before) + " was over and moved again");
    }
    if (after.state() instanceof RunState.Finished finished
        && finished.outcome() == RunOutcome.ERROR
        && !begun.contains(after.key().uid())) {
      throw new Violation("run " + label(after) + " ended in Error and no step of it ever began");
    }
  }

  /** A run begins to wait. */
  void waits(Row row) {
    String registry = row.registry;
    long own =
        world.ledger().where(other -> other.registry.equals(registry) && !other.inWindow).size();
    mayOvertake.put(row.run.key().uid(), dispatchedOfOthers(registry) + own + OVERTAKES);
  }

  /** A run comes into the queue. */
  void dispatched(Row row) {
    dispatched.merge(row.registry, 1L, Long::sum);
    Long most = mayOvertake.remove(row.run.key().uid());
    long others = dispatchedOfOthers(row.registry);
    if (most != null && others > most) {
      throw new Violation(
          "%d runs of other registries came before run %s"
              .formatted(others - most + OVERTAKES, label(row.run)));
    }
  }

  private long dispatchedOfOthers(String registry) {
    return dispatched.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(registry))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** The ledger takes a run from an agent. */
  void handsOn(Row row) {
    noteEnds();
    Long since = endsInKafka.get(row.run.key().uid() + "#" + row.run.state().attempt());
    if (since != null && world.schedule().now() - since > SEEN) {
      throw new Violation("run " + label(row.run) + " was finished and is handed on");
    }
  }

  /** Takes down when the ends came that stand in Kafka; called often. */
  void noteEnds() {
    for (RunReport report : world.events().from(endsLookedAt, Integer.MAX_VALUE / 2)) {
      if (report.event() instanceof RunCompleted ended) {
        RunRef run = ended.run();
        endsInKafka.putIfAbsent(run.runUid() + "#" + run.attempt(), world.schedule().now());
      }
      endsLookedAt++;
    }
  }

  /** An agent stops a step that could have gone on. */
  void stopsStep(Agent agent, String why) {
    long now = world.schedule().now();
    if (now - agent.troubledAt() > AFTERMATH && now - world.ledgerTroubledAt() > AFTERMATH) {
      throw new Violation(
          "%s stops a step though nothing happened to it: %s".formatted(agent.name(), why));
    }
  }

  /** Whether nothing is left to wait for. */
  boolean isQuiet() {
    try {
      quiet();
      return true;
    } catch (Violation notYet) {
      return false;
    }
  }

  /** What must hold once all is quiet. */
  void quiet() {
    for (UUID run : accepted) {
      Row row = world.ledger().row(run);
      if (row == null) {
        throw new Violation("run " + world.label(run) + " was accepted and is lost");
      }
      if (!(row.run.state() instanceof RunState.Finished finished)) {
        throw new Violation(
            "run %s waits for ever: %s".formatted(world.label(run), row.run.state()));
      }
      noteEnds();
      if (!endsInKafka.containsKey(run + "#" + finished.attempt())) {
        throw new Violation("nobody was told that run " + world.label(run) + " is over");
      }
      checkLog(row);
    }
  }

  private void checkLog(Row row) {
    Long bytes = row.run.result().logBytes();
    if (bytes != null && row.log.length() != bytes) {
      throw new Violation(
          "the log of run %s has %d of %d bytes"
              .formatted(label(row.run), row.log.length(), bytes));
    }
  }

  private String label(Run run) {
    return world.label(run.key().uid());
  }
}
