package io.slipway.taskapi.run.history;

import io.slipway.taskapi.arm.ArmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A place in a list of runs that goes from the newest back: the next page begins after it.
 *
 * @param at time that the list is ordered by, or null if it is ordered by number alone
 * @param number of the run
 */
public record Position(@Nullable Instant at, long number) implements Comparable<Position> {
  private static final Comparator<Position> ORDER =
      Comparator.comparing(Position::time).thenComparingLong(Position::number);
  private static final Instant LAST = Instant.parse("9999-12-31T00:00:00Z");

  /** Before all runs. */
  static final Position START = new Position(null, Long.MAX_VALUE);

  /** Reads a {@code $skipToken}; fails with 400. */
  public static Position parse(@Nullable String token) {
    if (token == null || token.isBlank()) {
      return START;
    }
    try {
      int dot = token.indexOf('.');
      if (dot < 0) {
        return new Position(null, Long.parseLong(token));
      }
      long micros = Long.parseLong(token.substring(0, dot));
      Instant at = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
      if (micros < 0 || at.isAfter(LAST)) {
        throw unknown();
      }
      return new Position(at, Long.parseLong(token.substring(dot + 1)));
    } catch (NumberFormatException wrong) {
      throw unknown();
    }
  }

  private static ArmException unknown() {
    return ArmException.of(
        400,
        "InvalidSkipToken",
        "$skipToken is not one that a list of runs gave: follow its nextLink as it is.");
  }

  /** The {@code $skipToken} that {@link #parse} reads. */
  public String token() {
    return at == null
        ? Long.toString(number)
        : ChronoUnit.MICROS.between(Instant.EPOCH, at) + "." + number;
  }

  /** The time, or one after all others where a list is not at a place in time. */
  Instant time() {
    return Objects.requireNonNullElse(at, LAST);
  }

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }
}
