package io.slipway.taskapi.dispatch;

import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Whether runs that are accepted go past the backlog: while nobody waits there is no turn to be
 * given, and a run goes to an idle agent at the price of one small statement.
 */
@ApplicationScoped
public class FastPath {
  private static final String LOOK =
      """
      select exists (select 1 from run where pool = $1 and os = $2 and architecture = $3
          and status = 'Queued' and published_at is null) as backlog,
        (select count(*) from (select 1 from run where pool = $1 and os = $2 and architecture = $3
          and status = 'Queued' and published_at is not null limit $4) told)::int as in_window\
      """;

  private final GiveTurns turns;
  private final AnnounceQueued announce;

  FastPath(GiveTurns turns, AnnounceQueued announce) {
    this.turns = turns;
    this.announce = announce;
  }

  /**
   * The lanes whose window has room for all the runs that are about to be accepted.
   *
   * @param lanes lane of each run
   * @param alive agents, which are looked at before the transaction
   */
  public Uni<Set<Lane>> open(SqlConnection connection, Collection<Lane> lanes, Agents alive) {
    Map<Lane, Integer> counts = new LinkedHashMap<>();
    lanes.forEach(lane -> counts.merge(lane, 1, Integer::sum));
    Set<Lane> open = new HashSet<>();
    if (!announce.works() || counts.isEmpty()) {
      return Uni.createFrom().item(open);
    }
    return InTurn.each(
            counts.entrySet(),
            entry -> look(connection, entry.getKey(), entry.getValue(), alive, open))
        .replaceWith(open);
  }

  private Uni<Void> look(
      SqlConnection connection, Lane lane, int runs, Agents alive, Set<Lane> open) {
    int size = turns.window(lane, alive);
    if (runs > size || alive.service(lane) == Agents.Service.OTHER_PLATFORM) {
      return Uni.createFrom().voidItem();
    }
    return connection
        .preparedQuery(LOOK)
        .execute(Sql.values(lane.pool(), lane.os(), lane.architecture(), size))
        .map(rows -> rows.iterator().next())
        .invoke(row -> {
          if (!row.getBoolean("backlog") && row.getInteger("in_window") + runs <= size) {
            turns.went(lane, runs);
            open.add(lane);
          }
        })
        .replaceWithVoid();
  }
}
