package io.slipway.bench.history;

import static java.util.Map.entry;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Fills a registry's history with copies of a run that really ran, so that all columns are as wide
 * as they are in life. The copies differ in what people ask for: each filter that can hit finds at
 * least 50 of 1,000.
 */
final class FillHistory {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration SPAN = Duration.ofDays(90);

  /** Numbers before it belong to runs that really ran. */
  private static final int FIRST = 100;

  /** What differs, by column; one of twenty runs each is failed, of one task, archived, … */
  private static final Map<String, String> DIFFERENT =
      Map.ofEntries(
          entry("uid", "gen_random_uuid()"),
          entry("number", "n + " + FIRST),
          entry("run_id", "'h' || n"),
          entry("task", "'task' || n % 20"),
          entry(
              "status",
              "(array['Succeeded', 'Failed', 'Canceled', 'Timeout'])["
                  + "case n % 20 when 3 then 2 when 5 then 3 when 9 then 4 else 1 end]"),
          entry("run_type", "case n % 20 when 11 then 'QuickBuild' else 'AutoRun' end"),
          entry("archived", "n % 20 = 13"),
          entry("created_at", "at"),
          entry("queued_at", "at"),
          entry("published_at", "at"),
          entry("started_at", "at"),
          entry("finished_at", "at + interval '1 second'"),
          entry("updated_at", "at + interval '1 second'"),
          entry(
              "output_images",
              "'[{\"registry\":\"r.example\",\"repository\":\"app\",\"tag\":\"t' || n || '\","
                  + "\"digest\":\"sha256:' || lpad(to_hex(n % 20 + 1), 64, 'a') || '\"}]'"));

  private static final String COPY =
      """
      insert into run (%s) select %s
      from (select * from run where status = 'Succeeded' and run_id not like 'h%%' limit 1) origin,
        generate_series(?, ?) n,
        lateral (select ?::timestamptz + n * ?::interval as at) time
      """;

  private static final String IMAGES =
      """
      insert into run_image (registry_uid, number, name, digest)
      select registry_uid, number, 'r.example/app', output_images::jsonb -> 0 ->> 'digest'
      from run where run_id like 'h%'
      """;

  private static final int PIECE = 50_000;

  private final Connection connection;

  FillHistory(Connection connection) {
    this.connection = connection;
  }

  /** Id of the run with this place in the history, from 1. */
  static String runId(int place) {
    return "h" + place;
  }

  /** Its number. */
  static int number(int place) {
    return FIRST + place;
  }

  /** Digest of the image of a class of runs, 0 to 19. */
  static String image(int which) {
    String hex = Integer.toHexString(which + 1);
    return "sha256:" + "a".repeat(64 - hex.length()) + hex;
  }

  /** When a run of a history of so many was created. */
  static Instant created(int rows, int place) {
    return NOW.minus(SPAN).plus(step(rows).multipliedBy(place));
  }

  private static Duration step(int rows) {
    return Duration.ofNanos(SPAN.toNanos() / rows / 1000 * 1000);
  }

  /** All columns that the table has today are copied. */
  private String copy() throws SQLException {
    List<String> columns = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("select * from run limit 0")) {
      for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
        columns.add(found.getMetaData().getColumnName(i));
      }
    }
    return COPY.formatted(
        String.join(", ", columns),
        columns.stream()
            .map(column -> DIFFERENT.getOrDefault(column, "origin." + column))
            .collect(Collectors.joining(", ")));
  }

  /** Makes the history of a registry that long, in the place of what was there. */
  void fill(int rows) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("delete from run_image");
      statement.execute("delete from run where run_id like 'h%'");
    }
    String sql = copy();
    for (int from = 1; from <= rows; from += PIECE) {
      try (PreparedStatement copy = connection.prepareStatement(sql)) {
        copy.setInt(1, from);
        copy.setInt(2, Math.min(rows, from + PIECE - 1));
        copy.setString(3, NOW.minus(SPAN).toString());
        copy.setString(4, String.format(Locale.ROOT, "%.6f seconds", step(rows).toNanos() / 1e9));
        copy.executeUpdate();
      }
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(IMAGES);
      statement.execute("vacuum (analyze) run");
      statement.execute("vacuum (analyze) run_image");
    }
  }
}
