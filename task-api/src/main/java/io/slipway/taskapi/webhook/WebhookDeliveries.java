package io.slipway.taskapi.webhook;

import io.slipway.taskapi.neighbour.WebhookCalls.Sent;
import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Queries over deliveries of webhooks; times are the database's. */
@ApplicationScoped
class WebhookDeliveries {
  /** Deliveries of a webhook that are kept when they are done, and that a list shows. */
  static final int HISTORY = 100;

  /**
   * Takes deliveries for a while, some of each webhook: the first of each before the second of any.
   * A webhook whose receiver failed gets one at a time, and none while it rests.
   */
  private static final String CLAIM =
      """
      with due as (
        select next.id, next.due_at, next.place
        from webhook
        cross join lateral (
          select count(*) as flying from webhook_delivery
          where webhook_uid = webhook.uid and due_at is not null
            and claimed_until > clock_timestamp()) now
        cross join lateral (
          select id, due_at, now.flying + row_number() over (order by due_at, id) as place
          from webhook_delivery
          where webhook_uid = webhook.uid and due_at <= clock_timestamp()
            and (claimed_until is null or claimed_until <= clock_timestamp())
          order by due_at, id limit $2) next
        where webhook.uid in (
            select webhook_uid from webhook_delivery where due_at <= clock_timestamp())
          and webhook.enabled and webhook.ready
          and (webhook.rests_until is null or webhook.rests_until <= clock_timestamp())
          and next.place <= case when webhook.failures > 0 then 1 else $2 end
        order by next.place, next.due_at limit $1)
      update webhook_delivery delivery
        set claimed_until = clock_timestamp() + $3 * interval '1 second'
      from due, webhook
      where delivery.id = due.id and webhook.uid = delivery.webhook_uid
      returning delivery.*, webhook.failures, clock_timestamp() as now\
      """;

  private static final String DONE =
      """
      update webhook_delivery set state = $3, request = $4, response = $5, problem = $6,
        tries = tries + 1, claimed_until = null,
        due_at = case when $3 = 'Waiting' then clock_timestamp() + $7 * interval '1 millisecond' end
      where id = $1 and tries = $2 and due_at is not null\
      """;

  private static final String WELL =
      """
      update webhook set failures = 0, rests_until = null, problem = null
      where uid = $1 and (failures > 0 or problem is not null)\
      """;

  private static final String ILL =
      """
      update webhook set failures = failures + 1, problem = $2,
        rests_until = clock_timestamp() + $3 * interval '1 millisecond'
      where uid = $1\
      """;

  private static final String LATER =
      """
      update webhook_delivery set claimed_until = null,
        due_at = clock_timestamp() + $3 * interval '1 millisecond'
      where id = $1 and tries = $2 and due_at is not null\
      """;

  /** Those of webhooks that were disabled too long, and of a broker that was away. */
  private static final String EXPIRE =
      """
      update webhook_delivery set state = 'Dead', due_at = null, claimed_until = null,
        problem = coalesce(problem, 'It waited for too long.')
      where due_at is not null and asked_at < clock_timestamp() - $1 * interval '1 second'
        and (claimed_until is null or claimed_until <= clock_timestamp())\
      """;

  private static final String FORGET =
      """
      delete from webhook_delivery where id in (
        select id from (
          select id, row_number() over (partition by webhook_uid order by created_at desc) as place
          from webhook_delivery where due_at is null) done
        where place > $1 limit 5000)\
      """;

  private static final String REPLAY =
      """
      update webhook_delivery set state = 'Waiting', tries = 0, claimed_until = null,
        asked_at = clock_timestamp(), due_at = clock_timestamp()
      where id = $1 and webhook_uid = $2 and due_at is null\
      """;

  /**
   * One that is to be sent now.
   *
   * @param tries how often it was sent
   * @param failures of the webhook, in a row
   * @param age since it was asked for
   */
  record Claimed(UUID id, UUID webhook, String content, int tries, int failures, Duration age) {}

  Uni<List<Claimed>> claim(SqlConnection connection, int most, int mostOfOne) {
    return connection
        .preparedQuery(CLAIM)
        .execute(Sql.values(most, mostOfOne, DeliveryPlan.CLAIM.toSeconds()))
        .map(rows -> {
          List<Claimed> claimed = new ArrayList<>();
          rows.forEach(row ->
              claimed.add(
                  new Claimed(
                      row.getUUID("id"),
                      row.getUUID("webhook_uid"),
                      row.getString("content"),
                      row.getInteger("tries"),
                      row.getInteger("failures"),
                      Duration.between(Sql.time(row, "asked_at"), Sql.time(row, "now")))));
          return claimed;
        });
  }

  /** What came of it; false if it was done meanwhile, for somebody else had it, too. */
  Uni<Boolean> done(
      SqlConnection connection,
      Claimed one,
      WebhookDelivery.State state,
      Sent sent,
      Duration pause) {
    return connection
        .preparedQuery(DONE)
        .execute(
            Sql.values(
                one.id(),
                one.tries(),
                state.text(),
                sent.request(),
                sent.response(),
                sent.problem(),
                pause.toMillis()))
        .map(rows -> rows.rowCount() == 1);
  }

  Uni<Void> well(SqlConnection connection, UUID webhook) {
    return connection.preparedQuery(WELL).execute(Sql.values(webhook)).replaceWithVoid();
  }

  Uni<Void> ill(SqlConnection connection, UUID webhook, @Nullable String problem, Duration rest) {
    return connection
        .preparedQuery(ILL)
        .execute(Sql.values(webhook, problem, rest.toMillis()))
        .replaceWithVoid();
  }

  /** Nobody could send it; that is no try. */
  Uni<Void> later(SqlConnection connection, Claimed one, Duration pause) {
    return connection
        .preparedQuery(LATER)
        .execute(Sql.values(one.id(), one.tries(), pause.toMillis()))
        .replaceWithVoid();
  }

  /** Gives up what is too old, and forgets what was done long ago; gives how many it gave up. */
  Uni<Integer> expire(SqlConnection connection) {
    return connection
        .preparedQuery(EXPIRE)
        .execute(Sql.values(DeliveryPlan.OLDEST.toSeconds()))
        .map(RowSet::rowCount)
        .call(() -> connection.preparedQuery(FORGET).execute(Sql.values(HISTORY)));
  }

  /** Sends one again, under its id; false if there is none that is done. */
  Uni<Boolean> replay(SqlConnection connection, UUID webhook, UUID id) {
    return connection
        .preparedQuery(REPLAY)
        .execute(Sql.values(id, webhook))
        .map(rows -> rows.rowCount() == 1);
  }

  /** The latest. */
  Uni<List<WebhookDelivery>> list(SqlConnection connection, UUID webhook) {
    return connection
        .preparedQuery(
            "select * from webhook_delivery where webhook_uid = $1"
                + " order by created_at desc, id limit $2")
        .execute(Sql.values(webhook, HISTORY))
        .map(rows -> {
          List<WebhookDelivery> list = new ArrayList<>();
          rows.forEach(row -> list.add(delivery(row)));
          return list;
        });
  }

  private static WebhookDelivery delivery(Row row) {
    @Nullable Instant due = Sql.timeOrNull(row, "due_at");
    return new WebhookDelivery(
        row.getUUID("id"),
        row.getString("content"),
        WebhookDelivery.State.of(row.getString("state")),
        row.getInteger("tries"),
        due,
        row.getString("request"),
        row.getString("response"),
        row.getString("problem"));
  }
}
