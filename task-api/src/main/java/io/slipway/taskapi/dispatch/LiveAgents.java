package io.slipway.taskapi.dispatch;

import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The agents as their heartbeats show them, looked at once a second at most. */
@ApplicationScoped
public class LiveAgents {
  private static final String READ =
      """
      select pool, platform, sum(slots)::int as slots, sum(greatest(slots - busy, 0))::int as idle
      from agent where last_seen > clock_timestamp() - interval '10 seconds'
        and not draining
      group by pool, platform\
      """;
  private static final Duration FRESH = Duration.ofSeconds(1);

  private final Transactions transactions;
  private final InstantSource clock;
  private volatile Seen seen = new Seen(Instant.MIN, Agents.NONE);

  LiveAgents(Transactions transactions, InstantSource clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  private record Seen(Instant at, Agents agents) {}

  /** The agents now, or as they were up to a second ago. */
  public Uni<Agents> look() {
    Seen last = seen;
    return isFresh(last) ? Uni.createFrom().item(last.agents()) : lookAgain();
  }

  /** The agents now. */
  public Uni<Agents> lookAgain() {
    return transactions
        .reading(connection -> connection.query(READ).execute())
        .map(LiveAgents::agents)
        .invoke(agents -> seen = new Seen(clock.instant(), agents));
  }

  private boolean isFresh(Seen last) {
    return !last.at().equals(Instant.MIN) && last.at().plus(FRESH).isAfter(clock.instant());
  }

  private static Agents agents(RowSet<Row> rows) {
    List<Agents.Capacity> alive = new ArrayList<>();
    rows.forEach(row ->
        alive.add(
            new Agents.Capacity(
                row.getString("pool"),
                row.getString("platform"),
                row.getInteger("slots"),
                row.getInteger("idle"))));
    return new Agents(List.copyOf(alive));
  }
}
