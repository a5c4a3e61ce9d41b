package io.slipway.taskapi.operation;

import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Operations that clients may still follow. */
@ApplicationScoped
public class OperationRepository {
  private static final String FIND =
      """
      select id, kind, run_uid, resource_id, principal_id, null as group_name,
        null as registry_name
      from operation where id = $1
      union all
      select run.uid, 'IMPORT', run.uid, null, null, resource_group.name, registry.name
      from run join registry on registry.uid = run.registry_uid
        join resource_group on resource_group.name_key = registry.group_key
      where run.uid = $1 and run.kind = 'Import'
      limit 1\
      """;

  private final Transactions transactions;
  private final InstantSource clock;
  private final String subscriptionId;

  OperationRepository(
      Transactions transactions,
      InstantSource clock,
      @ConfigProperty(name = "slipway.subscription-id") String subscriptionId) {
    this.transactions = transactions;
    this.subscriptionId = subscriptionId;
    this.clock = clock;
  }

  public Uni<Void> add(SqlConnection connection, Operation operation) {
    return connection
        .preparedQuery(
            "insert into operation (id, kind, run_uid, resource_id, principal_id, created_at)"
                + " values ($1, $2, $3, $4, $5, $6)")
        .execute(
            Sql.values(
                operation.id(),
                operation.kind().name(),
                operation.runUid(),
                operation.resourceId(),
                operation.principalId(),
                clock.instant()))
        .replaceWithVoid();
  }

  /**
   * The operation with this id. An import is its run: there is no other row that could be missing.
   */
  public Uni<Optional<Operation>> find(UUID id) {
    return transactions.reading(connection ->
        connection
            .preparedQuery(FIND)
            .execute(Sql.values(id))
            .map(rows ->
                StreamSupport.stream(rows.spliterator(), false).findFirst().map(this::operation)));
  }

  private Operation operation(Row row) {
    String resourceId = row.getString("resource_id");
    return new Operation(
        row.getUUID("id"),
        Operation.Kind.valueOf(row.getString("kind")),
        row.getUUID("run_uid"),
        resourceId == null
            ? ResourceId.registry(
                subscriptionId, row.getString("group_name"), row.getString("registry_name"))
            : resourceId,
        row.getString("principal_id"));
  }
}
