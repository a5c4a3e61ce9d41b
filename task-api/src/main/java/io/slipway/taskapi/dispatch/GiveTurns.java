package io.slipway.taskapi.dispatch;

import static java.util.Objects.requireNonNull;

import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Moves the runs of a lane whose turn it is from the backlog to the window. */
@ApplicationScoped
public class GiveTurns {
  private final Transactions transactions;
  private final DispatchRows rows;
  private final Limits limits;
  private final int usualWindow;
  private final int leastWindow;
  private final LaneRates rates = new LaneRates();

  GiveTurns(
      Transactions transactions,
      DispatchRows rows,
      Limits limits,
      @ConfigProperty(name = "slipway.dispatch.window", defaultValue = "16") int usualWindow,
      @ConfigProperty(name = "slipway.dispatch.least-window", defaultValue = "1") int leastWindow) {
    this.transactions = transactions;
    this.rows = rows;
    this.limits = limits;
    this.usualWindow = Math.max(1, usualWindow);
    this.leastWindow = leastWindow;
  }

  /** Size of the window of a lane. */
  int window(Lane lane, Agents agents) {
    int perSecond = rates.perSecond(lane, System.nanoTime());
    return Math.max(leastWindow, Window.size(usualWindow, agents.slots(lane), perSecond));
  }

  /** Says that so many runs have gone into the window without a turn, since nobody waited. */
  void went(Lane lane, int runs) {
    rates.went(lane, runs, System.nanoTime());
  }

  /** What is known of a lane when turns are given. */
  private record Seen(
      Turns.State state,
      List<DispatchRows.Registry> waiting,
      Map<UUID, Integer> inWindow,
      Map<UUID, Integer> owned) {
    int inWindowNow() {
      return inWindow.values().stream().mapToInt(Integer::intValue).sum();
    }

    int underWay() {
      return inWindowNow() + owned.values().stream().mapToInt(Integer::intValue).sum();
    }

    int underWay(UUID registry) {
      return inWindow.getOrDefault(registry, 0) + owned.getOrDefault(registry, 0);
    }
  }

  /**
   * Fills the window.
   *
   * @param anyRoom whether the least room is filled
   * @return the runs that came into it, in the order of their turns
   */
  public Uni<List<QueuedRun>> fill(Lane lane, Agents agents, boolean anyRoom) {
    int size = window(lane, agents);
    return transactions
        .in(connection ->
            rows.lock(connection, lane)
                .chain(state -> look(connection, lane, state))
                .chain(seen -> fill(connection, lane, seen, size, anyRoom)))
        .invoke(given -> went(lane, given.size()));
  }

  /** Statements on one connection are sent at once and answered in order. */
  private Uni<Seen> look(SqlConnection connection, Lane lane, Turns.State state) {
    return Uni.combine()
        .all()
        .unis(rows.waiting(connection, lane), rows.inWindow(connection, lane))
        .asTuple()
        .chain(found ->
            owned(connection, lane, found.getItem1())
                .map(owned -> new Seen(state, found.getItem1(), found.getItem2(), owned)));
  }

  /** Runs under way are counted only where a limit asks for it. */
  private Uni<Map<UUID, Integer>> owned(
      SqlConnection connection, Lane lane, List<DispatchRows.Registry> waiting) {
    boolean limited =
        limits.ofPool() != Limits.NONE
            || waiting.stream().anyMatch(it -> limits.ofRegistry(it.tags()) != Limits.NONE);
    return limited
        ? rows.owned(connection, lane.pool())
        : Uni.createFrom().item(Map.<UUID, Integer>of());
  }

  private Uni<List<QueuedRun>> fill(
      SqlConnection connection, Lane lane, Seen seen, int size, boolean anyRoom) {
    int room = Window.room(size, seen.inWindowNow(), anyRoom);
    if (limits.ofPool() != Limits.NONE) {
      room = Math.min(room, limits.ofPool() - seen.underWay());
    }
    if (room <= 0 || seen.waiting().isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    // How many wait is not counted: it is enough to ask for as many as have a turn, and to give
    // the turns over again with those that were there.
    Turns.Plan wanted = Turns.next(seen.state(), waiting(seen, Map.of()), room);
    return rows.take(connection, lane, wanted.counts())
        .chain(taken -> {
          Map<UUID, Deque<QueuedRun>> byRegistry = byRegistry(taken);
          Map<UUID, Integer> counts = new HashMap<>();
          seen.waiting().forEach(registry -> counts.put(registry.uid(), 0));
          byRegistry.forEach((registry, runs) -> counts.put(registry, runs.size()));
          Turns.Plan given = Turns.next(seen.state(), waiting(seen, counts), taken.size());
          return rows.save(connection, lane, given.state())
              .replaceWith(() -> inOrder(given, byRegistry));
        });
  }

  /**
   * The registries that may have a turn.
   *
   * @param counts how many runs of a registry are known to wait; unlimited if it is not named
   */
  private List<Turns.Waiting> waiting(Seen seen, Map<UUID, Integer> counts) {
    List<Turns.Waiting> waiting = new ArrayList<>();
    for (DispatchRows.Registry registry : seen.waiting()) {
      int limit = limits.ofRegistry(registry.tags());
      int free = limit == Limits.NONE ? limit : limit - seen.underWay(registry.uid());
      int most = Math.min(free, counts.getOrDefault(registry.uid(), Integer.MAX_VALUE));
      waiting.add(new Turns.Waiting(registry.uid(), limits.weight(registry.name()), most));
    }
    return waiting;
  }

  private static Map<UUID, Deque<QueuedRun>> byRegistry(List<QueuedRun> taken) {
    Map<UUID, Deque<QueuedRun>> byRegistry = new HashMap<>();
    taken.forEach(
        run -> byRegistry.computeIfAbsent(run.registry(), registry -> new ArrayDeque<>()).add(run));
    return byRegistry;
  }

  private static List<QueuedRun> inOrder(Turns.Plan given, Map<UUID, Deque<QueuedRun>> byRegistry) {
    List<QueuedRun> ordered = new ArrayList<>();
    given
        .order()
        .forEach(registry -> ordered.add(requireNonNull(byRegistry.get(registry)).remove()));
    return ordered;
  }
}
