package io.slipway.taskapi.outbox;

import com.fasterxml.jackson.core.type.TypeReference;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
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
      "insert into outbox (topic, key, headers, payload, created_at) values ($1, $2, $3, $4, $5)";
  private static final String TAKE =
      "select id, topic, key, headers, payload from outbox order by id limit $1"
          + " for update skip locked";
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

  /** A message with its place in the outbox. */
  record Waiting(long id, Message message) {}

  /** Appends in the caller's transaction. */
  public Uni<Void> append(SqlConnection connection, List<Message> messages) {
    if (messages.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Instant now = clock.instant();
    List<Tuple> rows = messages.stream().map(message -> row(message, now)).toList();
    return connection.preparedQuery(INSERT).executeBatch(rows).replaceWithVoid();
  }

  /** The oldest records that no other relay holds; they stay locked until the transaction ends. */
  Uni<List<Waiting>> take(SqlConnection connection, int most) {
    return connection
        .preparedQuery(TAKE)
        .execute(Sql.values(most))
        .map(rows -> {
          List<Waiting> waiting = new ArrayList<>();
          rows.forEach(row -> waiting.add(waiting(row)));
          return waiting;
        });
  }

  Uni<Void> delete(SqlConnection connection, List<Waiting> published) {
    Long[] ids = published.stream().map(Waiting::id).toArray(Long[]::new);
    return connection
        .preparedQuery("delete from outbox where id = any($1)")
        .execute(Sql.values((Object) ids))
        .replaceWithVoid();
  }

  private Tuple row(Message message, Instant now) {
    return Sql.values(
        message.topic(),
        message.key(),
        json.write(message.headers()),
        Buffer.buffer(message.payload()),
        now);
  }

  private Waiting waiting(Row row) {
    return new Waiting(
        row.getLong("id"),
        new Message(
            row.getString("topic"),
            row.getString("key"),
            json.read(row.getString("headers"), HEADERS),
            row.getBuffer("payload").getBytes()));
  }
}
