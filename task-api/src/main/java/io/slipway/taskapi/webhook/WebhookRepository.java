package io.slipway.taskapi.webhook;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.definition.WebhookScope;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.NamedRows;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.TimeOrderedId;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Queries over webhooks; names are compared in any case. */
@ApplicationScoped
public class WebhookRepository {
  private static final String RESERVE =
      """
      insert into webhook (uid, registry_uid, name, name_key, location, tags, enabled, scope,
        actions, ready, created_at)
      select $1, uid, $3, $4, $5, '{}', false, '', '{}', false, $6 from registry
      where uid = $2 and deleted_at is null
      on conflict do nothing\
      """;
  private static final String SAVE =
      """
      update webhook set location = $2, tags = $3, enabled = $4, scope = $5, repository = $6,
        tag = $7, actions = $8, ready = true
      where uid = $1 returning *\
      """;

  private static final NamedRows PAGES = new NamedRows("webhook", "length(tags)", "true");

  private final Transactions transactions;
  private final JsonText json;
  private final InstantSource clock;

  WebhookRepository(Transactions transactions, JsonText json, InstantSource clock) {
    this.transactions = transactions;
    this.json = json;
    this.clock = clock;
  }

  /** The webhook of a registry with that name. */
  public Uni<Optional<Webhook>> find(UUID registry, String name) {
    return transactions.reading(connection -> find(connection, registry, name));
  }

  Uni<Optional<Webhook>> find(SqlConnection connection, UUID registry, String name) {
    return connection
        .preparedQuery("select * from webhook where registry_uid = $1 and name_key = $2")
        .execute(Sql.values(registry, ResourceId.key(name)))
        .map(rows -> {
          Optional<Webhook> found = Optional.empty();
          for (Row row : rows) {
            found = Optional.of(webhook(row));
          }
          return found;
        });
  }

  /** Webhooks of a registry by name, a page. */
  public Uni<NamedRows.Slice<Webhook>> list(UUID registry, String after) {
    return transactions.reading(
        connection -> PAGES.read(connection, registry, after, this::webhook));
  }

  Uni<Long> count(SqlConnection connection, UUID registry) {
    return connection
        .preparedQuery("select count(*) as found from webhook where registry_uid = $1")
        .execute(Sql.values(registry))
        .map(rows -> rows.iterator().next().getLong("found"));
  }

  /** Makes a place for a webhook, which nothing is told before it is saved. */
  Uni<Webhook> reserve(SqlConnection connection, UUID registry, String name, String location) {
    Instant now = clock.instant();
    return connection
        .preparedQuery(RESERVE)
        .execute(
            Sql.values(TimeOrderedId.at(now), registry, name, ResourceId.key(name), location, now))
        .chain(() -> find(connection, registry, name))
        .map(found ->
            found.orElseThrow(() -> ArmException.conflict("The registry is being deleted.")));
  }

  /** Writes what may change; empty if it was deleted meanwhile. */
  Uni<Optional<Webhook>> save(SqlConnection connection, Webhook changed) {
    WebhookScope scope = changed.scope();
    return connection
        .preparedQuery(SAVE)
        .execute(
            Sql.values(
                changed.uid(),
                changed.location(),
                json.write(changed.tags()),
                changed.enabled(),
                scope.text(),
                scope.repository(),
                scope.tag(),
                changed.actions().toArray(String[]::new)))
        .map(rows ->
            rows.size() == 0
                ? Optional.<Webhook>empty()
                : Optional.of(webhook(rows.iterator().next())));
  }

  Uni<Void> delete(SqlConnection connection, UUID uid) {
    return connection
        .preparedQuery("delete from webhook where uid = $1")
        .execute(Sql.values(uid))
        .replaceWithVoid();
  }

  private Webhook webhook(Row row) {
    return new Webhook(
        row.getUUID("uid"),
        row.getString("name"),
        row.getString("location"),
        json.tags(row.getString("tags")),
        row.getBoolean("enabled"),
        WebhookScope.of(row.getString("scope")).orElseThrow(),
        List.of(row.getArrayOfStrings("actions")),
        row.getBoolean("ready"),
        row.getString("problem"));
  }
}
