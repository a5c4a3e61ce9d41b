package io.slipway.taskapi.outbox;

import com.fasterxml.jackson.core.type.TypeReference;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Messages that are to be published, written in the transaction that gave rise to them. {@link
 * OutboxRelay} sends them; call {@link OutboxRelay#nudge()} after the commit.
 */
@ApplicationScoped
public class Outbox {
  private static final String INSERT =
      "insert into outbox (topic, key, headers, payload, created_at)"
          + " select topic, key, headers, payload, $5 from"
          + " unnest($1::text[], $2::text[], $3::text[], $4::bytea[])"
          + " with ordinality as new (topic, key, headers, payload, number) order by number";

  // What failed waits until it is due, and the later records of its key with it. So many bytes at
  // most are taken that they fit into the heap.
  private static final String TAKE =
      """
      select id, topic, key, headers, payload, attempts from (
        select *, sum(octet_length(payload) + octet_length(headers)) over (order by id) as bytes
        from (
          select * from outbox
          where (due_at is null or due_at <= $2) and not exists (
            select 1 from outbox earlier where earlier.due_at > $2
              and earlier.key = outbox.key and earlier.topic = outbox.topic
              and earlier.id < outbox.id)
          order by id limit $1) oldest) taken
      where bytes - octet_length(payload) - octet_length(headers) < 8388608 order by id\
      """;
  private static final String SET_ASIDE =
      """
      insert into dead_outbox (id, topic, key, headers, payload, created_at, died_at, reason)
      select outbox.id, topic, key, headers, payload, created_at, $3, dead.reason
      from outbox join unnest($1::bigint[], $2::text[]) as dead (id, reason) on dead.id = outbox.id
      on conflict (id) do nothing\
      """;
  private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};

  private final JsonText json;
  private final InstantSource clock;

  Outbox(JsonText json, InstantSource clock) {
    this.json = json;
    this.clock = clock;
  }

  /**
   * A record that is to be published.
   *
   * @param topic name without the platform's prefix
   */
  public record Message(String topic, String key, Map<String, String> headers, byte[] payload) {}

  /** A message with its place in the outbox and how often it could not be sent. */
  record Waiting(long id, int attempts, Message message) {}

  /** A message that can never be sent. */
  record Dead(Waiting waiting, String reason) {}

  /** Appends in the caller's transaction. */
  public Uni<Void> append(SqlConnection connection, List<Message> messages) {
    if (messages.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return connection
        .preparedQuery(INSERT)
        .execute(
            Sql.values(
                messages.stream().map(Message::topic).toArray(String[]::new),
                messages.stream().map(Message::key).toArray(String[]::new),
                messages.stream().map(it -> json.write(it.headers())).toArray(String[]::new),
                messages.stream().map(it -> Buffer.buffer(it.payload())).toArray(Buffer[]::new),
                clock.instant()))
        .replaceWithVoid();
  }

  /** Whether anything may be sent now. */
  Uni<Boolean> hasDue(SqlConnection connection) {
    return connection
        .preparedQuery("select 1 from outbox where due_at is null or due_at <= $1 limit 1")
        .execute(Sql.values(clock.instant()))
        .map(rows -> rows.size() > 0);
  }

  /** The oldest records that may be sent now, in their order. */
  Uni<List<Waiting>> take(SqlConnection connection, int most) {
    return connection
        .preparedQuery(TAKE)
        .execute(Sql.values(most, clock.instant()))
        .map(rows -> {
          List<Waiting> waiting = new ArrayList<>();
          rows.forEach(row -> waiting.add(waiting(row)));
          return waiting;
        });
  }

  Uni<Void> delete(SqlConnection connection, List<Waiting> gone) {
    return gone.isEmpty()
        ? Uni.createFrom().voidItem()
        : connection
            .preparedQuery("delete from outbox where id = any($1)")
            .execute(Sql.values((Object) ids(gone)))
            .replaceWithVoid();
  }

  /** Tries these again after a pause; the caller's transaction holds the outbox. */
  Uni<Void> defer(SqlConnection connection, List<Waiting> failed, Duration pause) {
    return failed.isEmpty()
        ? Uni.createFrom().voidItem()
        : connection
            .preparedQuery(
                "update outbox set attempts = attempts + 1, due_at = $2 where id = any($1)")
            .execute(Sql.values(ids(failed), clock.instant().plus(pause)))
            .replaceWithVoid();
  }

  /** Moves these to the dead ones. */
  Uni<Void> setAside(SqlConnection connection, List<Dead> dead) {
    if (dead.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<Waiting> gone = dead.stream().map(Dead::waiting).toList();
    String[] reasons = dead.stream().map(Dead::reason).toArray(String[]::new);
    return connection
        .preparedQuery(SET_ASIDE)
        .execute(Sql.values(ids(gone), reasons, clock.instant()))
        .chain(() -> delete(connection, gone));
  }

  /** Deletes the dead ones that are older than this. */
  Uni<Void> forgetDeadBefore(SqlConnection connection, Instant before) {
    return connection
        .preparedQuery("delete from dead_outbox where died_at < $1")
        .execute(Sql.values(before))
        .replaceWithVoid();
  }

  private static Long[] ids(List<Waiting> waiting) {
    return waiting.stream().map(Waiting::id).toArray(Long[]::new);
  }

  private Waiting waiting(Row row) {
    return new Waiting(
        row.getLong("id"),
        row.getInteger("attempts"),
        new Message(
            row.getString("topic"),
            row.getString("key"),
            json.read(row.getString("headers"), HEADERS),
            row.getBuffer("payload").getBytes()));
  }
}
