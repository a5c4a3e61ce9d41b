package io.slipway.taskapi.webhook;

import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes a delivery for each webhook that an event concerns, in the transaction that records the
 * event: both are there or none. A webhook that has too many waiting loses the event, and says so.
 */
@ApplicationScoped
public class QueueDeliveries {
  /** Deliveries of a webhook that wait. */
  static final int MOST_WAITING = 1_000;

  private static final String QUEUE =
      """
      with told as (
        select webhook.uid,
          (select count(*) from (select 1 from webhook_delivery
            where webhook_uid = webhook.uid and due_at is not null limit %1$d) waiting) >= %1$d as filled
        from webhook join registry on registry.uid = registry_uid
        where registry.login_server = $1 and registry.deleted_at is null
          and webhook.enabled and webhook.ready and $2 = any(webhook.actions)
          and (webhook.repository is null
            or (webhook.repository = $3 and (webhook.tag is null or webhook.tag = $4)))),
      lost as (
        update webhook set problem = '%1$d deliveries wait: events of '
          || to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD HH24:MI')
          || ' UTC and later may be lost.'
        where uid in (select uid from told where filled))
      insert into webhook_delivery
        (id, webhook_uid, event, action, content, created_at, asked_at, due_at)
      select gen_random_uuid(), uid, $5, $2, $6, clock_timestamp(), clock_timestamp(),
        clock_timestamp()
      from told where not filled
      on conflict do nothing\
      """
          .formatted(MOST_WAITING);

  private static final String PING =
      """
      insert into webhook_delivery
        (id, webhook_uid, event, action, content, created_at, asked_at, due_at)
      values ($1, $2, $3, 'ping', $4, clock_timestamp(), clock_timestamp(), clock_timestamp())\
      """;

  /**
   * What happened to an image.
   *
   * @param id the same when it is heard of again
   * @param action {@code push} or {@code delete}
   * @param tag null for a manifest that was named by its digest
   */
  public record ImageEvent(
      String id,
      String loginServer,
      String action,
      String repository,
      @Nullable String tag,
      @Nullable String digest,
      @Nullable String mediaType,
      @Nullable Long size,
      Instant time) {
    /** As ACR posts it, but for the id, which each delivery has for itself. */
    String content() {
      JsonObject target = new JsonObject();
      put(target, "mediaType", mediaType);
      put(target, "size", size);
      put(target, "digest", digest);
      put(target, "length", size);
      target.put("repository", repository);
      put(target, "tag", tag);
      return new JsonObject()
          .put("timestamp", time.toString())
          .put("action", action)
          .put("target", target)
          .put(
              "request",
              new JsonObject()
                  .put("id", id)
                  .put("host", loginServer)
                  .put("method", action.equals("push") ? "PUT" : "DELETE"))
          .encode();
    }
  }

  /** Queues an event for whom it concerns. */
  public Uni<Void> image(SqlConnection connection, ImageEvent event) {
    return connection
        .preparedQuery(QUEUE)
        .execute(
            Sql.values(
                event.loginServer(),
                event.action(),
                event.repository(),
                event.tag(),
                event.id(),
                event.content()))
        .replaceWithVoid();
  }

  /** Queues a call that only shows whether the receiver is there; gives its id. */
  Uni<UUID> ping(SqlConnection connection, UUID webhook, Instant now) {
    UUID id = UUID.randomUUID();
    String content =
        new JsonObject().put("timestamp", now.toString()).put("action", "ping").encode();
    return connection
        .preparedQuery(PING)
        .execute(Sql.values(id, webhook, "ping/" + id, content))
        .replaceWith(id);
  }

  private static void put(JsonObject object, String name, @Nullable Object value) {
    if (value != null) {
      object.put(name, value);
    }
  }
}
