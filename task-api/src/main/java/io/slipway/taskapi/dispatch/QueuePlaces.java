package io.slipway.taskapi.dispatch;

import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says of a run that waits how many of its registry are before it, and what it waits for. */
@ApplicationScoped
public class QueuePlaces {
  private static final int MOST = 10_000;

  // Those in the window are before those in the backlog.
  private static final String LOOK =
      """
      select run.published_at is not null as told,
        (select count(*) from (select 1 from run other
          where other.pool = run.pool and other.os = run.os
            and other.architecture = run.architecture and other.registry_uid = run.registry_uid
            and other.status = 'Queued' and other.published_at is not null
            and (run.published_at is null or other.published_at < run.published_at
              or (other.published_at = run.published_at and other.number < run.number))) told
        )::int as told_before,
        (select count(*) from (select 1 from run other
          where run.published_at is null and other.pool = run.pool and other.os = run.os
            and other.architecture = run.architecture and other.registry_uid = run.registry_uid
            and other.status = 'Queued' and other.published_at is null
            and (other.priority > run.priority
              or (other.priority = run.priority and other.number < run.number))
          limit $2) waiting)::int as waiting_before
      from run where uid = $1 and status = 'Queued'\
      """;
  private static final String UNDER_WAY =
      """
      select count(*)::int as all_runs,
        (count(*) filter (where registry_uid = $2))::int as own_runs
      from run where pool = $1 and (status in ('Started', 'Running')
        or (status = 'Queued' and published_at is not null))\
      """;

  private final Transactions transactions;
  private final LiveAgents agents;
  private final Limits limits;

  QueuePlaces(Transactions transactions, LiveAgents agents, Limits limits) {
    this.transactions = transactions;
    this.agents = agents;
    this.limits = limits;
  }

  /**
   * Place of a run that waits.
   *
   * @param position 1 if it is the next of its registry, or null if more than 10,000 are before it
   * @param reason what it waits for: a word, a colon and a sentence
   */
  public record Place(@Nullable Integer position, String reason) {}

  /** What a limit has room for. */
  private record UnderWay(int pool, int registry) {}

  /**
   * Place of the run, or null if it doesn't wait.
   *
   * @param registryTags tags of its registry
   */
  public Uni<@Nullable Place> of(Run run, Map<String, String> registryTags) {
    Run.Origin origin = run.origin();
    Lane lane = new Lane(origin.pool(), origin.platform().os(), origin.platform().architecture());
    return agents
        .look()
        .chain(alive ->
            transactions
                .reading(connection ->
                    connection.preparedQuery(LOOK).execute(Sql.values(run.key().uid(), MOST)))
                .chain(rows ->
                    rows.size() == 0
                        ? Uni.createFrom().nullItem()
                        : place(run, rows.iterator().next(), lane, alive, registryTags)));
  }

  private Uni<@Nullable Place> place(
      Run run, Row row, Lane lane, Agents alive, Map<String, String> tags) {
    int before = row.getInteger("told_before") + row.getInteger("waiting_before");
    Integer position = row.getInteger("waiting_before") >= MOST ? null : before + 1;
    boolean unlimited = limits.ofPool() == Limits.NONE && limits.ofRegistry(tags) == Limits.NONE;
    if (row.getBoolean("told") || unlimited) {
      return Uni.createFrom().item(new Place(position, waiting(lane, alive)));
    }
    return transactions
        .reading(connection ->
            connection
                .preparedQuery(UNDER_WAY)
                .execute(Sql.values(lane.pool(), run.key().registryUid())))
        .map(rows -> rows.iterator().next())
        .map(found -> new UnderWay(found.getInteger("all_runs"), found.getInteger("own_runs")))
        .map(underWay -> new Place(position, limited(lane, alive, tags, underWay)));
  }

  private String limited(Lane lane, Agents alive, Map<String, String> tags, UnderWay underWay) {
    int registry = limits.ofRegistry(tags);
    if (underWay.registry() >= registry) {
      return "RegistryLimit: the registry may have %d runs under way at a time".formatted(registry);
    }
    if (underWay.pool() >= limits.ofPool()) {
      return "PoolLimit: pool '%s' may have %d runs under way at a time"
          .formatted(lane.pool(), limits.ofPool());
    }
    return waiting(lane, alive);
  }

  private static String waiting(Lane lane, Agents alive) {
    return switch (alive.service(lane)) {
      case SERVED ->
          "WaitingForAgent: no agent of pool '%s' has taken it yet".formatted(lane.pool());
      case NO_AGENT -> "NoAgent: pool '%s' has no agent".formatted(lane.pool());
      case OTHER_PLATFORM ->
          "NoAgentForPlatform: pool '%s' has no agent for %s"
              .formatted(lane.pool(), lane.platform());
    };
  }
}
