package io.slipway.bench.history;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * Fills a registry's history with copies of a run that really ran, so that all columns are as wide
 * as they are in life. The copies differ in what people ask for: each filter that can hit finds at
 * least 50 of 1,000.
 */
final class FillHistory {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration SPAN = Duration.ofDays(90);

  /** One of twenty runs each is failed, canceled, of one task, of one image, archived. */
  private static final String COPY =
      """
      insert into run select (jsonb_populate_record(template, jsonb_build_object(
        'uid', gen_random_uuid(),
        'number', n,
        'run_id', 'h' || n,
        'task', 'task' || n % 20,
        'status', (array['Succeeded', 'Failed', 'Canceled', 'Timeout'])[
          case n % 20 when 3 then 2 when 5 then 3 when 9 then 4 else 1 end],
        'run_type', case n % 20 when 11 then 'QuickBuild' else 'QuickRun' end,
        'archived', n % 20 = 13,
        'created_at', at, 'queued_at', at, 'published_at', at, 'started_at', at,
        'finished_at', at + interval '1 second', 'updated_at', at + interval '1 second',
        'output_images', format(
          '[{"registry":"r.example","repository":"app","tag":"%s","digest":"%s"}]',
          n, 'sha256:' || lpad(to_hex(n % 20 + 1), 64, 'a'))))).*
      from run template, generate_series(?, ?) n,
        lateral (select ?::timestamptz + n * ?::interval as at) time
      where template.uid = (select uid from run where registry_uid = template.registry_uid
        and status = 'Succeeded' and run_id not like 'h%' limit 1)
      """;

  private final Connection connection;

  FillHistory(Connection connection) {
    this.connection = connection;
  }

  static String runId(int number) {
    return "h" + number;
  }

  /** Digest of the image of a class of runs, 0 to 19. */
  static String image(int which) {
    String hex = Integer.toHexString(which + 1);
    return "sha256:" + "a".repeat(64 - hex.length()) + hex;
  }

  /** When a run of a history of so many was created. */
  static Instant created(int rows, int number) {
    return NOW.minus(SPAN).plus(step(rows).multipliedBy(number));
  }

  private static Duration step(int rows) {
    return Duration.ofNanos(SPAN.toNanos() / rows / 1000 * 1000);
  }

  /** Makes the history of a registry that long, in the place of what was there. */
  void fill(int rows) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("delete from run where run_id like 'h%'");
    }
    int piece = 50_000;
    for (int from = 1; from <= rows; from += piece) {
      try (PreparedStatement copy = connection.prepareStatement(COPY)) {
        copy.setInt(1, from);
        copy.setInt(2, Math.min(rows, from + piece - 1));
        copy.setString(3, NOW.minus(SPAN).toString());
        copy.setString(4, String.format(Locale.ROOT, "%.6f seconds", step(rows).toNanos() / 1e9));
        copy.executeUpdate();
      }
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("vacuum (analyze) run");
    }
  }
}
