package io.slipway.taskapi.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * Resources of a registry by name, a page at a time. A page ends at 100 rows, or earlier when the
 * rows have 2 MiB of text: however large the resources are, a page fits into memory many times.
 */
public final class NamedRows {
  private static final int MOST = 100;
  private static final long MOST_CHARACTERS = 2L << 20;
  private static final String PAGE =
      """
      select * from (
        select head.*, sum(%2$s) over (order by name_key) as characters,
          row_number() over (order by name_key) as place, count(*) over () as found
        from (select * from %1$s where registry_uid = $1 and %3$s and name_key > $2
          order by name_key limit $3) head) page
      where place = 1 or (place <= $4 and characters <= $5) order by name_key\
      """;

  private final String query;

  /**
   * @param table table with the columns {@code registry_uid} and {@code name_key}
   * @param characters expression for the characters of a row
   * @param condition which rows are resources
   */
  public NamedRows(String table, String characters, String condition) {
    this.query = PAGE.formatted(table, characters, condition);
  }

  /**
   * A page.
   *
   * @param next key of the last row, after which the next page begins; empty on the last page
   */
  public record Slice<T>(List<T> rows, String next) {}

  /**
   * Reads a page.
   *
   * @param after key after which it begins, empty for the first
   */
  public <T> Uni<Slice<T>> read(
      SqlConnection connection, UUID registry, String after, Function<Row, T> read) {
    return connection
        .preparedQuery(query)
        .execute(Sql.values(registry, after, MOST + 1, (long) MOST, MOST_CHARACTERS))
        .map(rows -> slice(rows, read));
  }

  private static <T> Slice<T> slice(RowSet<Row> rows, Function<Row, T> read) {
    List<T> page = new ArrayList<>();
    String last = "";
    boolean more = false;
    for (Row row : rows) {
      page.add(read.apply(row));
      last = row.getString("name_key");
      more = row.getLong("found") > page.size();
    }
    return new Slice<>(page, more ? last : "");
  }
}
