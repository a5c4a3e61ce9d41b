package io.slipway.taskapi.sourcetrigger;

import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.definition.GitContext;
import io.slipway.taskapi.definition.Triggers;
import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.request.StartTriggeredRun;
import io.slipway.taskapi.run.course.RunTrigger;
import io.slipway.taskapi.sourcetrigger.SourceDeliveries.Due;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.Sweep;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;

/**
 * Starts the runs of commits and pull requests, in the order in which they came. The run comes
 * first and is then remembered: whoever dies in between has it done again with the same key, which
 * is the same run.
 */
@ApplicationScoped
public class FireSources {
  private static final int MOST = 100;
  private static final Duration PAUSE = Duration.ofSeconds(10);

  /** A queue that is full for longer than this drops the commit, and the trigger says so. */
  private static final Duration PATIENCE = Duration.ofHours(1);

  private final Leader leader;
  private final SourceDeliveries deliveries;
  private final StartTriggeredRun start;

  FireSources(Leader leader, SourceDeliveries deliveries, StartTriggeredRun start) {
    this.leader = leader;
    this.deliveries = deliveries;
    this.start = start;
  }

  /** One sweep, on the instance that leads. */
  @Scheduled(
      every = "${slipway.sources.every:1s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> sweep() {
    return Sweep.of(
        "The search for commits",
        leader
            .in(connection -> deliveries.due(connection, MOST))
            .map(due -> due.orElse(List.of()))
            .chain(due -> InTurn.each(due, this::fire)));
  }

  private Uni<Void> fire(Due due) {
    SourceDeliveries.Key key = due.key();
    StartTriggeredRun.Fired fired =
        new StartTriggeredRun.Fired(
            due.registry(),
            due.task(),
            key.task(),
            RunTrigger.source(due.source()),
            "source/%s/%s/%s".formatted(key.task(), key.trigger(), key.delivery()));
    return start
        .start(fired, triggers -> isStill(due, triggers))
        .chain(outcome ->
            switch (outcome) {
              case StartTriggeredRun.Started started ->
                  deliveries.done(key, started.run().key().runId(), null, null);
              case StartTriggeredRun.Refused refused ->
                  deliveries.done(key, null, refused.why(), null);
              case StartTriggeredRun.Later later -> later(due, later.why());
            });
  }

  private Uni<Void> later(Due due, String why) {
    return due.received().isBefore(due.now().minus(PATIENCE))
        ? deliveries.done(due.key(), null, why, null)
        : deliveries.done(due.key(), null, why + " It is tried again.", PAUSE);
  }

  /** The filters counted when it came. */
  private static boolean isStill(Due due, Triggers triggers) {
    return triggers.sourceTriggers().stream()
        .anyMatch(trigger ->
            trigger.name().equals(due.key().trigger())
                && trigger.isEnabled()
                && GitContext.isOneOf(
                    trigger.sourceRepository().repositoryUrl(),
                    List.of(due.source().repositoryUrl())));
  }
}
