package io.slipway.taskapi.agent;

import io.slipway.contract.Topics;
import io.slipway.taskapi.event.TopicOffsets;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Leases that are over by the database's clock. That alone does not make a run lost: its end may
 * wait in Kafka, unread because this service was away. So after a lease was seen to be over, all
 * events are read first that Kafka had by then. An agent forgets a run only when Kafka has its end,
 * so whatever has no end after that was not finished.
 */
@ApplicationScoped
class SuspectLeases {
  private static final int BATCH = 100;

  private static final String EXPIRED =
      """
      select uid, lease_until from run
      where status in ('Started', 'Running') and lease_until < clock_timestamp()
      order by lease_until limit $1\
      """;

  private final Transactions transactions;
  private final TopicOffsets offsets;

  // Written by the sweeps, which never overlap but run on any thread.
  private volatile @Nullable Suspects suspects;

  SuspectLeases(Transactions transactions, TopicOffsets offsets) {
    this.transactions = transactions;
    this.offsets = offsets;
  }

  /**
   * Runs whose lease was seen to be over.
   *
   * @param latest when the last of these leases was over
   * @param ends where the events ended after that
   */
  private record Suspects(List<UUID> runs, Instant latest, Map<Integer, Long> ends) {
    boolean areRead(Map<Integer, Long> handled) {
      return ends.entrySet().stream()
          .allMatch(end -> handled.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }
  }

  /**
   * Another look.
   *
   * @param ready runs that may be ended unless an event or a heartbeat came meanwhile
   * @param latest a lease that ends later was renewed meanwhile: its run may have ended since, and
   *     that end be unread
   * @param waiting whether there are others, whose events are still to be read
   */
  record Look(List<UUID> ready, Instant latest, boolean waiting) {
    static final Look NOTHING = new Look(List.of(), Instant.EPOCH, false);
    static final Look WAITING = new Look(List.of(), Instant.EPOCH, true);
  }

  /** Looks for leases that are over, or whether the events of those found before are read. */
  Uni<Look> look() {
    Suspects known = suspects;
    return known == null ? begin() : go(known);
  }

  /** Forgets what was found: the events that have to be read are others next time. */
  void forget() {
    suspects = null;
  }

  private Uni<Look> begin() {
    return transactions
        .reading(connection -> connection.preparedQuery(EXPIRED).execute(Sql.values(BATCH)))
        .chain(rows -> {
          List<UUID> expired = new ArrayList<>(rows.size());
          Instant latest = Instant.EPOCH;
          for (Row row : rows) { // in the order of their end
            expired.add(row.getUUID("uid"));
            latest = Sql.time(row, "lease_until");
          }
          Instant last = latest;
          return expired.isEmpty()
              ? Uni.createFrom().item(Look.NOTHING)
              : offsets
                  .endsToRead(Topics.RUN_EVENTS)
                  .map(ends -> new Suspects(expired, last, ends))
                  .invoke(found -> suspects = found)
                  .chain(this::go);
        });
  }

  private Uni<Look> go(Suspects found) {
    return offsets
        .handled(Topics.RUN_EVENTS)
        .map(handled -> {
          if (!found.areRead(handled)) {
            return Look.WAITING;
          }
          suspects = null;
          return new Look(found.runs(), found.latest(), false);
        });
  }
}
