package io.slipway.taskapi.dispatch;

import io.quarkus.logging.Log;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.metrics.RunMetrics;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Sweep;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Tells the agents again of runs in the window that nobody claims: the ledger is the truth, Kafka
 * only the transport. A run that waits although an agent of its lane is idle was lost, and is sent
 * again; while all are busy it is sent again now and then. The window is small, and so is what is
 * sent. A starting service sends what its predecessor may have died over.
 */
@ApplicationScoped
public class ResendWindow {
  private static final String UNCLAIMED =
      """
      select uid, pool, os, architecture,
        published_at < clock_timestamp() - $2 * interval '1 second' as long_ago
      from run where status = 'Queued' and published_at is not null
        and published_at < clock_timestamp() - $1 * interval '1 second'
      order by published_at limit 1000\
      """;
  private static final String TELL_AGAIN =
      """
      with lost as (
        select uid from run where uid = any($1) and status = 'Queued' and published_at is not null
        for no key update skip locked)
      update run set published_at = clock_timestamp() from lost where run.uid = lost.uid
      returning %s\
      """
          .formatted(QueuedRuns.COLUMNS);
  private static final Duration WHILE_BUSY = Duration.ofMinutes(5);
  private static final Duration BEFORE_START = Duration.ofSeconds(1);

  private final Transactions transactions;
  private final Leader leader;
  private final LiveAgents agents;
  private final AnnounceQueued announce;
  private final RunMetrics metrics;
  private final Duration whileIdle;

  ResendWindow(
      Transactions transactions,
      Leader leader,
      LiveAgents agents,
      AnnounceQueued announce,
      RunMetrics metrics,
      @ConfigProperty(name = "slipway.run.lost-after", defaultValue = "PT20S") Duration whileIdle) {
    this.transactions = transactions;
    this.leader = leader;
    this.agents = agents;
    this.announce = announce;
    this.metrics = metrics;
    this.whileIdle = whileIdle;
  }

  private record Unclaimed(UUID uid, Lane lane, boolean longAgo) {}

  void start(@Observes StartupEvent started) {
    Sweep.of("The search for runs that were not announced", tellAgain(BEFORE_START, true))
        .subscribe()
        .with(ignored -> {}, failure -> Log.error("The window was not looked at", failure));
  }

  @Scheduled(
      every = "${slipway.run.reconcile-every:5s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> resendIfLeading() {
    return leader.leads() ? resend() : Uni.createFrom().voidItem();
  }

  /** One search. */
  public Uni<Void> resend() {
    return Sweep.of("The search for lost runs", tellAgain(whileIdle, false));
  }

  /**
   * @param after how long a run must have been in the window
   * @param all whether busy agents are told as well
   */
  private Uni<Void> tellAgain(Duration after, boolean all) {
    return agents
        .lookAgain()
        .chain(alive ->
            transactions.in(connection ->
                unclaimed(connection, after)
                    .map(found ->
                        found.stream()
                            .filter(run -> all || run.longAgo() || alive.anyIdle(run.lane()))
                            .map(Unclaimed::uid)
                            .toList())
                    .chain(lost -> tellAgain(connection, lost))))
        .chain(runs -> {
          if (!runs.isEmpty()) {
            Log.warnf("%d waiting runs are announced again", runs.size());
            runs.forEach(run -> metrics.requeued("queue_lost"));
          }
          return announce.send(runs);
        });
  }

  private static Uni<List<Unclaimed>> unclaimed(SqlConnection connection, Duration after) {
    return connection
        .preparedQuery(UNCLAIMED)
        .execute(Sql.values(after.toMillis() / 1000.0, WHILE_BUSY.toMillis() / 1000.0))
        .map(rows -> QueuedRuns.each(rows, ResendWindow::unclaimed));
  }

  private static Unclaimed unclaimed(Row row) {
    return new Unclaimed(row.getUUID("uid"), QueuedRuns.lane(row), row.getBoolean("long_ago"));
  }

  private static Uni<List<QueuedRun>> tellAgain(SqlConnection connection, List<UUID> lost) {
    return lost.isEmpty()
        ? Uni.createFrom().item(List.of())
        : connection
            .preparedQuery(TELL_AGAIN)
            .execute(Sql.values((Object) lost.toArray(UUID[]::new)))
            .map(QueuedRuns::all);
  }
}
