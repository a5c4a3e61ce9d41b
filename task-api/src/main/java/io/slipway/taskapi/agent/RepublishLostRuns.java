package io.slipway.taskapi.agent;

import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.metrics.RunMetrics;
import io.slipway.taskapi.outbox.Outbox;
import io.slipway.taskapi.outbox.OutboxRelay;
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
 * Tells the queue again of runs that it lost: the ledger is the truth, Kafka only carries. A run
 * that waits although an agent of its pool is idle was lost; with all agents busy it is told again
 * now and then. While the outbox itself cannot be published nothing is added to it. A run that is
 * told twice is claimed once.
 */
@ApplicationScoped
public class RepublishLostRuns {
  private static final String TOLD_AGAIN =
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
  private final Outbox outbox;
  private final OutboxRelay relay;
  private final RunAnnouncements announcements;
  private final RunMetrics metrics;
  private final InstantSource clock;
  private final Duration whileIdle;

  RepublishLostRuns(
      Transactions transactions,
      RunRepository runs,
      Outbox outbox,
      OutboxRelay relay,
      RunAnnouncements announcements,
      RunMetrics metrics,
      InstantSource clock,
      @ConfigProperty(name = "slipway.run.lost-after", defaultValue = "PT20S") Duration whileIdle) {
    this.transactions = transactions;
    this.runs = runs;
    this.outbox = outbox;
    this.relay = relay;
    this.announcements = announcements;
    this.metrics = metrics;
    this.clock = clock;
    this.whileIdle = whileIdle;
  }

  /** Tells of what was lost. */
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
                    TOLD_AGAIN,
                    now.minus(whileIdle),
                    now.minus(WHILE_BUSY),
                    now.minus(AGENT_SEEN),
                    now)
                .call(lost ->
                    outbox.append(connection, lost.stream().map(announcements::queued).toList())))
        .invoke(lost -> {
          if (!lost.isEmpty()) {
            Log.warnf("%d waiting runs were told to the queue again", lost.size());
            lost.forEach(run -> metrics.requeued("queue_lost"));
            relay.nudge();
          }
        })
        .replaceWithVoid();
  }
}
