package io.slipway.taskapi.store;

import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Parameters and columns of SQL statements. */
public final class Sql {
  private Sql() {}

  /** Parameters in order; an {@link Instant} becomes what a {@code timestamptz} takes. */
  public static Tuple values(@Nullable Object... values) {
    return Tuple.from(Arrays.stream(values).map(Sql::value).toList());
  }

  /** Value of a column that is never null. */
  public static Instant time(Row row, String column) {
    return row.getOffsetDateTime(column).toInstant();
  }

  /** Value of a column that may be null. */
  public static @Nullable Instant timeOrNull(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }

  private static @Nullable Object value(@Nullable Object value) {
    return value instanceof Instant time ? time.atOffset(ZoneOffset.UTC) : value;
  }
}
