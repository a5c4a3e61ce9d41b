package io.slipway.simulation;

import io.slipway.simulation.Ledger.Row;
import io.slipway.taskapi.agent.HandOver;
import io.slipway.taskapi.run.course.RunChange;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What one instance of task-api does for all: beats, the reaper and the outbox. */
final class LeaderDuties {
  private static final List<RunReport> NOTHING = List.of();

  private int relaying;
  private HandOver handOver = HandOver.NEVER;
  private long beat;

  private final TaskApi api;
  private final World world;

  LeaderDuties(TaskApi api) {
    this.api = api;
    this.world = api.world();
  }

  /** Takes or keeps the leadership and says so on Kafka; once a second. */
  void lead() {
    if (world.ledger().in(api, () -> world.ledger().lead(api)).orElse(false)) {
      api.producer().send(world.beats(), ++beat, () -> handOver = handOver.beat(nanos()));
    } else {
      handOver = HandOver.NEVER;
    }
  }

  private boolean mayHandOn() {
    return world.rules().allows(handOver, nanos());
  }

  private long nanos() {
    return TimeUnit.MILLISECONDS.toNanos(api.now());
  }

  /** Takes runs from agents whose leases are over. */
  void reap() {
    List<Row> over =
        world
            .ledger()
            .in(api, () -> world.ledger().isLed(api) ? expired() : List.<Row>of())
            .orElse(List.of());
    if (over.isEmpty() || world.isKafkaAway() || !api.reaches("kafka")) {
      return;
    }
    int end = world.events().end();
    handOnWhenRead(over, end, 0);
  }

  private void handOnWhenRead(List<Row> over, int end, int tries) {
    if (world.rules().reaperReadsEndsFirst() && world.eventsRead().committed() < end) {
      if (tries < 20) {
        api.later(100, () -> handOnWhenRead(over, end, tries + 1));
      }
      return;
    }
    world
        .ledger()
        .in(
            api,
            () -> {
              if (world.ledger().isLed(api) && mayHandOn()) {
                over.stream().filter(this::isExpired).forEach(this::handOn);
              }
              return true;
            });
  }

  private List<Row> expired() {
    return mayHandOn() ? world.ledger().where(this::isExpired) : List.of();
  }

  private boolean isExpired(Row row) {
    Instant until = row.run.lease().until();
    return row.run.state().agent() != null
        && until != null
        && until.isBefore(world.ledger().clock());
  }

  private void handOn(Row row) {
    world.checker().handsOn(row);
    world
        .story()
        .tell(
            "%s hands on run %s#%d of %s",
            api.name(),
            world.label(row.run.key().uid()),
            row.run.state().attempt(),
            row.run.state().agent());
    api.move(row, new RunChange.LeaseExpired(row.run.lease().history()));
  }

  /** Publishes what no agent says. */
  void relay() {
    if (relaying > 0) {
      return;
    }
    world
        .ledger()
        .in(api, () -> world.ledger().isLed(api) ? List.copyOf(world.ledger().outbox()) : NOTHING)
        .ifPresent(waiting -> {
          relaying = waiting.size();
          waiting.forEach(
              report -> api.producer().send(world.events(), report, () -> relayed(report)));
        });
  }

  private void relayed(RunReport report) {
    relaying--;
    world.ledger().in(api, () -> world.ledger().outbox().remove(report));
  }
}
