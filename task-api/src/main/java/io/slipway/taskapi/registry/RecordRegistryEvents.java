package io.slipway.taskapi.registry;

import io.slipway.taskapi.registry.RegistryEventResource.Event;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
import io.slipway.taskapi.webhook.QueueDeliveries;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;

/**
 * Keeps which tags registries have, and has webhooks told. An event counts once; an older one does
 * not undo a newer.
 */
@ApplicationScoped
public class RecordRegistryEvents {
  private static final String SEEN =
      "insert into registry_event (id, received_at) values ($1, $2) on conflict do nothing";
  private static final String PUSHED =
      """
      insert into image_tag
        (registry_uid, repository, tag, digest, media_type, size, pushed_at)
      select uid, $2, $3, $4, $5, $6, $7 from registry where login_server = $1
      on conflict (registry_uid, repository, tag) do update
        set digest = $4, media_type = $5, size = $6, pushed_at = $7
        where image_tag.pushed_at <= $7\
      """;

  /** Whoever compares meanwhile comes back to it; whoever pushes learns nothing of it. */
  private static final String COMPARE =
      """
      update base_image_trigger set due_at = clock_timestamp()
      where task_uid in (
        select task_uid from base_image
          join registry on registry.uid = host_uid and registry.login_server = $1
        where base_image.registry = $1 and repository = $2 and tag = $3)\
      """;

  private static final String TAG_DELETED =
      """
      delete from image_tag using registry
      where registry.login_server = $1 and registry_uid = registry.uid
        and repository = $2 and tag = $3 and pushed_at <= $4\
      """;
  private static final String MANIFEST_DELETED =
      """
      delete from image_tag using registry
      where registry.login_server = $1 and registry_uid = registry.uid
        and repository = $2 and digest = $3 and pushed_at <= $4\
      """;

  private final Transactions transactions;
  private final QueueDeliveries webhooks;
  private final InstantSource clock;

  RecordRegistryEvents(Transactions transactions, QueueDeliveries webhooks, InstantSource clock) {
    this.transactions = transactions;
    this.webhooks = webhooks;
    this.clock = clock;
  }

  /** Records the events in one transaction. */
  public Uni<Void> record(List<Event> events) {
    return transactions.in(connection -> InTurn.each(events, event -> record(connection, event)));
  }

  private Uni<Void> record(SqlConnection connection, Event event) {
    return connection
        .preparedQuery(SEEN)
        .execute(Sql.values(event.id(), clock.instant()))
        .chain(seen ->
            seen.rowCount() == 0
                ? Uni.createFrom().voidItem()
                : apply(connection, event).chain(() -> tell(connection, event)));
  }

  /** As in ACR, the end of a tag alone is nothing that webhooks are told. */
  private Uni<Void> tell(SqlConnection connection, Event event) {
    if (event.digest() == null
        || !(event.action().equals("push")
            || (event.action().equals("delete") && event.tag() == null))) {
      return Uni.createFrom().voidItem();
    }
    return webhooks.image(
        connection,
        new QueueDeliveries.ImageEvent(
            event.id(),
            event.registry(),
            event.action(),
            event.repository(),
            event.tag(),
            event.digest(),
            event.mediaType(),
            event.size(),
            event.time()));
  }

  private static Uni<Void> apply(SqlConnection connection, Event event) {
    if (event.action().equals("push") && event.tag() != null && event.digest() != null) {
      return run(
              connection,
              PUSHED,
              Sql.values(
                  event.registry(),
                  event.repository(),
                  event.tag(),
                  event.digest(),
                  Objects.requireNonNullElse(event.mediaType(), ""),
                  Objects.requireNonNullElse(event.size(), 0L),
                  event.time()))
          .chain(() ->
              run(
                  connection,
                  COMPARE,
                  Sql.values(event.registry(), event.repository(), event.tag())));
    }
    if (event.action().equals("delete") && event.tag() != null) {
      return run(
          connection,
          TAG_DELETED,
          Sql.values(event.registry(), event.repository(), event.tag(), event.time()));
    }
    if (event.action().equals("delete") && event.digest() != null) {
      return run(
          connection,
          MANIFEST_DELETED,
          Sql.values(event.registry(), event.repository(), event.digest(), event.time()));
    }
    return Uni.createFrom().voidItem();
  }

  private static Uni<Void> run(SqlConnection connection, String statement, Tuple values) {
    return connection.preparedQuery(statement).execute(values).replaceWithVoid();
  }
}
