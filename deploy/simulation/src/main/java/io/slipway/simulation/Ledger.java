package io.slipway.simulation;

import io.slipway.taskapi.dispatch.Turns;
import io.slipway.taskapi.log.text.LogAssembly;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunState;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The database: what is committed stays, and a transaction happens at one moment or not at all. */
final class Ledger {
  private static final String DATABASE = "database";

  /** A run and what the tables beside it say of it. */
  static final class Row {
    final String registry;

    /** How long its steps take, in milliseconds. */
    final long steps;

    Run run;
    boolean inWindow;
    long publishedAt;
    LogAssembly log = new LogAssembly(0, Map.of());

    Row(String registry, Run run, long steps) {
      this.registry = registry;
      this.steps = steps;
      this.run = run;
    }
  }

  private final World world;
  private final Map<UUID, Row> rows = new LinkedHashMap<>();
  private Turns.State turns = Turns.State.START;
  private final Deque<RunReport> outbox = new ArrayDeque<>();
  private @Nullable String leader;
  private long leaderUntil;
  private boolean away;

  Ledger(World world) {
    this.world = world;
  }

  void away(boolean now) {
    if (away != now) {
      world.story().tell(now ? "the database is away" : "the database is back");
      away = now;
    }
  }

  boolean isAway() {
    return away;
  }

  boolean isReached(Node from) {
    return !away && from.reaches(DATABASE);
  }

  /**
   * One transaction. Empty if the database does not answer; now and then it has committed all the
   * same.
   */
  <T> Optional<T> in(Node from, Supplier<T> work) {
    if (!isReached(from)) {
      return Optional.empty();
    }
    T result = work.get();
    return world.isTroubled() && world.chance().oneIn(200) ? Optional.empty() : Optional.of(result);
  }

  /** Takes or extends the leadership, by the database's clock. */
  boolean lead(Node node) {
    String name = node.name() + "/" + node.life();
    long now = world.schedule().now();
    if (leader == null || leader.equals(name) || leaderUntil < now) {
      leader = name;
      leaderUntil = now + 5_000;
      return true;
    }
    return false;
  }

  boolean isLed(Node node) {
    return (node.name() + "/" + node.life()).equals(leader) && leaderUntil > world.schedule().now();
  }

  void insert(Row row) {
    if (rows.putIfAbsent(row.run.key().uid(), row) == null) {
      world.checker().waits(row);
    }
  }

  @Nullable Row row(UUID uid) {
    return rows.get(uid);
  }

  Collection<Row> rows() {
    return rows.values();
  }

  List<Row> where(Predicate<Row> wanted) {
    List<Row> found = new ArrayList<>();
    for (Row row : rows.values()) {
      if (wanted.test(row)) {
        found.add(row);
      }
    }
    return found;
  }

  /** Writes a run's new state. */
  void update(Row row, Run after) {
    world.checker().moves(row.run, after);
    row.run = after;
    if (after.state() instanceof RunState.Queued) {
      row.inWindow = false;
    }
  }

  Deque<RunReport> outbox() {
    return outbox;
  }

  /** How far the turns of the registries have got. */
  Turns.State turns() {
    return turns;
  }

  void turns(Turns.State after) {
    turns = after;
  }

  /** Whether a run waits for an agent. */
  static boolean isQueued(Row row) {
    return row.run.state() instanceof RunState.Queued;
  }

  /** Time of the database. */
  Instant clock() {
    return Instant.ofEpochMilli(world.schedule().now());
  }
}
