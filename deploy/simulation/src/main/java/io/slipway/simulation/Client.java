package io.slipway.simulation;

import io.slipway.contract.agent.Platform;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunKind;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.run.course.RunTrigger;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Whoever asks for runs: repeats a request with the same key until it is answered. */
final class Client extends Node {
  private static final long LIMIT = 3_000;

  private long number;

  Client(World world) {
    super("client", world);
  }

  /**
   * Asks for a run of a registry; now and then it is canceled later.
   *
   * @param steps how long its steps take, in milliseconds
   */
  void ask(String registry, long steps) {
    UUID uid = new UUID(0, ++number);
    Ledger.Row row = new Ledger.Row(registry, run(uid, registry), steps);
    ask(row, 0);
    if (world().isTroubled() && world().chance().oneIn(8)) {
      later(world().chance().between(10, 30_000), () -> cancel(uid, 0));
    }
  }

  private void ask(Ledger.Row row, int tries) {
    TaskApi server = world().taskApis().get(tries % world().taskApis().size());
    world()
        .wire()
        .call(
            this,
            server,
            LIMIT,
            () -> server.schedule(row),
            accepted -> {
              if (accepted.isPresent()) {
                world().checker().accepted(row.run.key().uid());
              } else {
                later(500, () -> ask(row, tries + 1));
              }
            });
  }

  private void cancel(UUID uid, int tries) {
    TaskApi server = world().taskApis().get(tries % world().taskApis().size());
    world()
        .wire()
        .call(
            this,
            server,
            LIMIT,
            () -> server.cancel(uid),
            done -> {
              if (done.isEmpty()) {
                later(500, () -> cancel(uid, tries + 1));
              }
            });
  }

  private Run run(UUID uid, String registry) {
    Instant now = Instant.ofEpochMilli(now());
    return new Run(
        new Run.Key(
            uid, new UUID(1, registry.hashCode()), registry, number, "r" + number, null, null),
        new Run.Origin(
            RunKind.TASK,
            "QuickRun",
            RunTrigger.MANUAL,
            "default",
            Platform.DEFAULT,
            2,
            3600,
            List.of(),
            false,
            null,
            0),
        new RunState.Queued(1),
        new Run.Times(now, now, null, null, now),
        Run.Lease.NONE,
        new Run.Result(null, List.of(), null),
        0,
        false);
  }
}
