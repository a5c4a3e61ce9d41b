package io.slipway.taskapi.run;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** How many runs of a registry may wait at a time. */
@ApplicationScoped
class QueueQuota {
  private static final String COUNT =
      "select count(*)::int as waiting from"
          + " (select 1 from run where registry_uid = $1 and finished_at is null"
          + " and status = 'Queued' limit $2) waiting";
  private static final int RETRY_SECONDS = 10;

  private final QuotaRoom room;
  private final int most;
  private final InstantSource clock;

  QueueQuota(
      @ConfigProperty(name = "slipway.run.max-queued-per-registry", defaultValue = "100000")
          int most,
      InstantSource clock) {
    this.room = new QuotaRoom(most, Duration.ofSeconds(5), Duration.ofMinutes(5));
    this.most = most;
    this.clock = clock;
  }

  /**
   * Takes room for one run; false if the registry has none left. The runs are seldom counted.
   *
   * @param about how many runs of the registry the transaction is about to add before this one
   */
  Uni<Boolean> take(SqlConnection connection, UUID registry, int about) {
    return switch (room.take(registry, clock.instant())) {
      case TAKEN -> Uni.createFrom().item(true);
      case FULL -> Uni.createFrom().item(false);
      case UNKNOWN ->
          connection
              .preparedQuery(COUNT)
              .execute(Sql.values(registry, most))
              .map(rows -> rows.iterator().next().getInteger("waiting"))
              .map(waiting -> {
                room.counted(registry, waiting + about, clock.instant());
                return room.take(registry, clock.instant()) == QuotaRoom.Answer.TAKEN;
              });
    };
  }

  ArmException refusal(String registry) {
    return ArmException.tooMany(
        "%d runs of registry '%s' are waiting, and no more may wait at a time. Try again later."
            .formatted(most, registry),
        RETRY_SECONDS);
  }
}
