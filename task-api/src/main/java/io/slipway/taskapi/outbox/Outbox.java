package io.slipway.taskapi.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
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
 * Records that are to be published, written in the transaction that gave rise to them. {@link
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

  private final ObjectMapper json;
  private final InstantSource clock;

  Outbox(ObjectMapper json, InstantSource clock) {
    this.json = json;
    this.clock = clock;
  }

  /** A record with its place in the outbox. */
  record Waiting(long id, OutboxRecord record) {}

  /** Appends in the caller's transaction. */
  public Uni<Void> append(SqlConnection connection, List<OutboxRecord> records) {
    if (records.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Instant now = clock.instant();
    List<Tuple> rows = records.stream().map(record -> row(record, now)).toList();
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

  private Tuple row(OutboxRecord record, Instant now) {
    try {
      return Sql.values(
          record.topic(),
          record.key(),
          json.writeValueAsString(record.headers()),
          Buffer.buffer(record.payload()),
          now);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("headers of " + record.topic(), impossible);
    }
  }

  private Waiting waiting(Row row) {
    try {
      return new Waiting(
          row.getLong("id"),
          new OutboxRecord(
              row.getString("topic"),
              row.getString("key"),
              json.readValue(row.getString("headers"), HEADERS),
              row.getBuffer("payload").getBytes()));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("headers of outbox record", impossible);
    }
  }
}
