package io.slipway.taskapi.baseimage;

import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.neighbour.BrokerClient;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Sweep;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Asks registries outside of the platform, which tell nothing of pushes, what tags point to. The
 * broker asks, with the task's own credential, and gives back the digest or what is wrong.
 */
@ApplicationScoped
public class PollBaseImages {
  private static final Duration SHORTEST = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofDays(7);

  /** Of each registry's tasks, in each sweep: one tenant's images do not delay another's. */
  private static final int MOST_OF_ONE = 10;

  private static final int MOST = 100;
  private static final int AT_ONCE = 8;

  /** A registry that answers slowly holds up no others. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** What a registry does not answer is asked for more seldom. */
  private static final int SELDOM = 4;

  private static final String DUE =
      """
      select * from (
        select base_image.*, row_number() over (partition by registry_uid order by poll_at) as turn
        from base_image join base_image_trigger using (task_uid)
        where poll_at <= clock_timestamp()
          and not exists (select from registry where login_server = base_image.registry)) due
      where turn <= $1 order by turn, poll_at limit $2\
      """;

  /** The trigger is compared if there is something new to compare, or to be said. */
  private static final String POLLED =
      """
      with before as (
        select built, seen, poll_problem from base_image
        where task_uid = $1 and registry = $2 and repository = $3 and tag = $4),
      polled as (
        update base_image set polled = coalesce($5, polled), poll_problem = $6,
          polled_at = case when $5 is distinct from polled then clock_timestamp()
            else polled_at end,
          poll_at = clock_timestamp() + $7 * (0.75 + random() / 2) * interval '1 second'
        where task_uid = $1 and registry = $2 and repository = $3 and tag = $4)
      update base_image_trigger set due_at = clock_timestamp() from before
      where task_uid = $1 and enabled
        and (($5 is not null and (seen = '' or $5 not in (built, seen)))
          or poll_problem is distinct from $6)\
      """;

  private final Leader leader;
  private final Transactions transactions;
  private final BrokerClient broker;
  private final Duration every;

  PollBaseImages(
      Leader leader,
      Transactions transactions,
      BrokerClient broker,
      @ConfigProperty(name = "slipway.base-images.poll-every", defaultValue = "PT30M")
          Duration every) {
    if (every.compareTo(SHORTEST) < 0 || every.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "slipway.base-images.poll-every is %s, must be from %s to %s"
              .formatted(every, SHORTEST, LONGEST));
    }
    this.leader = leader;
    this.transactions = transactions;
    this.broker = broker;
    this.every = every;
  }

  private record Due(UUID task, WatchedImages.Name image) {}

  /** Asks for what is due, on the instance that leads. */
  @Scheduled(
      every = "${slipway.base-images.poll-sweep-every:10s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> poll() {
    return Sweep.of(
        "The poll of base images",
        leader
            .in(PollBaseImages::due)
            .map(due -> due.orElse(List.of()))
            .chain(due ->
                due.isEmpty()
                    ? Uni.createFrom().voidItem()
                    : Uni.join()
                        .all(due.stream().map(this::poll).toList())
                        .usingConcurrencyOf(AT_ONCE)
                        .andCollectFailures()
                        .replaceWithVoid()));
  }

  private static Uni<List<Due>> due(SqlConnection connection) {
    return connection
        .preparedQuery(DUE)
        .execute(Sql.values(MOST_OF_ONE, MOST))
        .map(rows -> {
          List<Due> due = new ArrayList<>();
          rows.forEach(row -> due.add(new Due(row.getUUID("task_uid"), DueRows.name(row))));
          return due;
        });
  }

  private Uni<Void> poll(Due due) {
    WatchedImages.Name image = due.image();
    return broker
        .digest(due.task(), image.registry(), image.repository(), image.tag())
        .ifNoItem()
        .after(PATIENCE)
        .fail()
        .chain(answer ->
            polled(
                due,
                answer.digest(),
                answer.problem(),
                answer.problem() == null ? every : every.multipliedBy(SELDOM)))
        .onFailure()
        .recoverWithUni(failure -> {
          Log.warnf("Base image %s was not polled: %s", image, failure.toString());
          return polled(due, null, "The credential-broker could not ask for it.", every);
        });
  }

  private Uni<Void> polled(
      Due due, @Nullable String digest, @Nullable String problem, Duration pause) {
    WatchedImages.Name image = due.image();
    return transactions.in(connection ->
        connection
            .preparedQuery(POLLED)
            .execute(
                Sql.values(
                    due.task(),
                    image.registry(),
                    image.repository(),
                    image.tag(),
                    digest,
                    problem,
                    (double) pause.toSeconds()))
            .replaceWithVoid());
  }
}
