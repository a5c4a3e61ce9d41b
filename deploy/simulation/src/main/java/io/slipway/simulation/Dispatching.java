package io.slipway.simulation;

import io.slipway.simulation.Ledger.Row;
import io.slipway.simulation.World.QueuedRun;
import io.slipway.taskapi.dispatch.Turns;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** Moves runs that wait into the window, in fair turns. */
final class Dispatching {
  private static final int WINDOW = 6;
  private static final long RESEND = 20_000;

  private final TaskApi api;
  private final World world;

  Dispatching(TaskApi api) {
    this.api = api;
    this.world = api.world();
  }

  /** Fills the window. */
  void dispatch() {
    world
        .ledger()
        .in(api, this::fillWindow)
        .ifPresent(next -> next.forEach(run -> api.producer().send(world.queued(), run, () -> {})));
  }

  private List<QueuedRun> fillWindow() {
    List<QueuedRun> next = new ArrayList<>();
    int room = WINDOW - world.ledger().where(row -> Ledger.isQueued(row) && row.inWindow).size();
    Map<UUID, Deque<Row>> waiting = new LinkedHashMap<>();
    world
        .ledger()
        .where(row -> Ledger.isQueued(row) && !row.inWindow)
        .forEach(row ->
            waiting
                .computeIfAbsent(row.run.key().registryUid(), uid -> new ArrayDeque<>())
                .add(row));
    if (room > 0 && !waiting.isEmpty()) {
      List<Turns.Waiting> registries = new ArrayList<>();
      waiting.forEach((uid, rows) -> registries.add(new Turns.Waiting(uid, 1, rows.size())));
      Turns.Plan plan = world.rules().turns(world.ledger().turns(), registries, room);
      world.ledger().turns(plan.state());
      plan.order().forEach(uid -> publish(Objects.requireNonNull(waiting.get(uid)).remove(), next));
    }
    world
        .ledger()
        .where(row -> Ledger.isQueued(row) && row.inWindow && api.now() - row.publishedAt > RESEND)
        .forEach(row -> publish(row, next));
    return next;
  }

  private void publish(Row row, List<QueuedRun> next) {
    if (!row.inWindow) {
      world.checker().dispatched(row);
    }
    row.inWindow = true;
    row.publishedAt = api.now();
    next.add(new QueuedRun(row.run.key().uid(), row.run.state().attempt()));
  }
}
