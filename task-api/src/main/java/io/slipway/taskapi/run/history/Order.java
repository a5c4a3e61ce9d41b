package io.slipway.taskapi.run.history;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a list of runs is ordered by, the newest first. */
public enum Order {
  NUMBER("number desc", "number < $2"),
  CREATED("created_at desc, number desc", "(created_at, number) < ($3, $2)"),
  FINISHED("finished_at desc, number desc", "(finished_at, number) < ($3, $2)");

  private final String sql;
  private final String after;

  Order(String sql, String after) {
    this.sql = sql;
    this.after = after;
  }

  /** For an ORDER BY. */
  String sql() {
    return sql;
  }

  /** Condition for what comes after a {@link Position}, given as {@code $2} and {@code $3}. */
  String after() {
    return after;
  }

  /**
   * Where a run stands.
   *
   * @param finished null for a run that is not over, which a list by that time does not have
   */
  public Position position(long number, Instant created, @Nullable Instant finished) {
    return switch (this) {
      case NUMBER -> new Position(null, number);
      case CREATED -> new Position(created, number);
      case FINISHED -> new Position(finished, number);
    };
  }
}
