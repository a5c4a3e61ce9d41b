package io.slipway.taskapi.agent;

import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.metrics.RunMetrics;
import io.slipway.taskapi.run.RunAnnouncements;
import io.slipway.taskapi.run.RunRepository;
import io.slipway.taskapi.store.Sweep;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Publishes runs again that the queue has lost: the ledger is the truth, Kafka only the transport.
 * A run that waits although an agent of its pool is idle was lost; while all agents are busy it is
 * published again now and then. While the outbox itself cannot be published nothing is added to it.
 * A run that is published twice is claimed once.
 */
@ApplicationScoped
public class RepublishLostRuns {
  private static final String PUBLISH_AGAIN =
      """
      with lost as (
        select uid from run
        where status = 'Queued' and published_at < $1
          and (published_at < $2 or exists (
            select 1 from agent
            where agent.pool = run.pool and agent.busy < agent.slots and agent.last_seen > $3))
          and not exists (select 1 from outbox where created_at < $3)
        order by uid limit 500 for no key update skip locked)
      update run set published_at = $4 from lost where run.uid = lost.uid
      returning run.*\
      """;
  private static final Duration AGENT_SEEN = Duration.ofSeconds(10);
  private static final Duration WHILE_BUSY = Duration.ofMinutes(5);

  private final Transactions transactions;
  private final RunRepository runs;
  private final RunAnnouncements announcements;
  private final RunMetrics metrics;
  private final InstantSource clock;
  private final Duration whileIdle;

  RepublishLostRuns(
      Transactions transactions,
      RunRepository runs,
      RunAnnouncements announcements,
      RunMetrics metrics,
      InstantSource clock,
      @ConfigProperty(name = "slipway.run.lost-after", defaultValue = "PT20S") Duration whileIdle) {
    this.transactions = transactions;
    this.runs = runs;
    this.announcements = announcements;
    this.metrics = metrics;
    this.clock = clock;
    this.whileIdle = whileIdle;
  }

  /** One search, as the timer does it. */
  @Scheduled(
      every = "${slipway.run.reconcile-every:5s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> republish() {
    Instant now = clock.instant();
    return Sweep.of("The search for lost runs", lostAt(now));
  }

  private Uni<Void> lostAt(Instant now) {
    return transactions
        .in(connection ->
            runs.list(
                    connection,
                    PUBLISH_AGAIN,
                    now.minus(whileIdle),
                    now.minus(WHILE_BUSY),
                    now.minus(AGENT_SEEN),
                    now)
                .call(lost -> announcements.queued(connection, lost)))
        .invoke(lost -> {
          if (!lost.isEmpty()) {
            Log.warnf("%d waiting runs were queued again", lost.size());
            lost.forEach(run -> metrics.requeued("queue_lost"));
            announcements.nudge();
          }
        })
        .replaceWithVoid();
  }
}
