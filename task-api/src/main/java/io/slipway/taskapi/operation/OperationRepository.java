package io.slipway.taskapi.operation;

import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** Operations that clients may still follow. */
@ApplicationScoped
public class OperationRepository {
  private static final Duration KEPT = Duration.ofDays(7);

  private final Transactions transactions;
  private final InstantSource clock;

  OperationRepository(Transactions transactions, InstantSource clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  public Uni<Void> add(SqlConnection connection, Operation operation) {
    return connection
        .preparedQuery(
            "insert into operation (id, kind, run_uid, resource_id, created_at)"
                + " values ($1, $2, $3, $4, $5)")
        .execute(
            Sql.values(
                operation.id(),
                operation.kind().name(),
                operation.runUid(),
                operation.resourceId(),
                clock.instant()))
        .replaceWithVoid();
  }

  /** The operation with this id. */
  public Uni<Optional<Operation>> find(UUID id) {
    return transactions.reading(connection ->
        connection
            .preparedQuery("select * from operation where id = $1")
            .execute(Sql.values(id))
            .map(rows ->
                StreamSupport.stream(rows.spliterator(), false)
                    .findFirst()
                    .map(OperationRepository::operation)));
  }

  /** Forgets what nobody follows any more. */
  @Scheduled(every = "1h", delayed = "1m")
  Uni<Void> forgetOld() {
    return transactions.in(connection ->
        connection
            .preparedQuery("delete from operation where created_at < $1")
            .execute(Sql.values(clock.instant().minus(KEPT)))
            .replaceWithVoid());
  }

  private static Operation operation(Row row) {
    return new Operation(
        row.getUUID("id"),
        Operation.Kind.valueOf(row.getString("kind")),
        row.getUUID("run_uid"),
        row.getString("resource_id"));
  }
}
