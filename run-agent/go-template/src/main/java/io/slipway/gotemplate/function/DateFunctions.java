package io.slipway.gotemplate.function;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.slipway.gotemplate.value.Failure;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Functions for times and durations. The local zone is UTC, as in the original's containers. */
final class DateFunctions {
  private static final String DAY = "2006-01-02";
  private static final ZoneId UTC = ZoneId.of("UTC");
  private static final Pattern PART =
      Pattern.compile("([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|ms|s|m|h)");
  private static final Map<String, Long> NANOSECONDS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);
  private static final int LONGEST_DURATION = 100;

  private DateFunctions() {}

  static void addTo(FunctionTable table) {
    table
        .add("now", 0, a -> new GoTime(now(a)))
        .add("ago", 1, DateFunctions::ago)
        .add("date", 2, a -> GoTime.format(a.text(0), time(a, a.any(1))))
        .add("dateInZone", 3, a -> inZone(a.text(0), time(a, a.any(1)), a.text(2)))
        .alias("date_in_zone", "dateInZone")
        .add("htmlDate", 1, a -> GoTime.format(DAY, time(a, a.any(0))))
        .add("htmlDateInZone", 2, a -> inZone(DAY, time(a, a.any(0)), a.text(1)))
        .add("dateModify", 2, DateFunctions::modify)
        .alias("date_modify", "dateModify")
        .add("toDate", 2, a -> new GoTime(GoTime.parse(a.text(0), a.text(1))))
        .add("unixEpoch", 1, a -> String.valueOf(known(a.any(0)).toEpochSecond()));
  }

  private static ZonedDateTime now(Arguments a) {
    Instant now =
        a.now().orElseThrow(() -> new Failure("the time is known only when the task is run"));
    return now.atZone(UTC);
  }

  /** A time, or the seconds since 1970; anything else stands for now. */
  private static ZonedDateTime time(Arguments a, @Nullable Object value) {
    try {
      return switch (value) {
        case GoTime time -> time.time().withZoneSameInstant(UTC);
        case Long seconds -> Instant.ofEpochSecond(seconds).atZone(UTC);
        case null, default -> now(a);
      };
    } catch (DateTimeException tooFar) {
      throw new Failure("a time is out of range");
    }
  }

  private static ZonedDateTime known(@Nullable Object value) {
    if (value instanceof GoTime time) {
      return time.time();
    }
    throw new Failure("wrong type for value; expected time.Time");
  }

  private static String inZone(String layout, ZonedDateTime time, String zone) {
    try {
      ZoneId id = zone.equals("Local") || zone.isEmpty() ? UTC : ZoneId.of(zone);
      return GoTime.format(layout, time.withZoneSameInstant(id));
    } catch (DateTimeException unknown) {
      throw new Failure("unknown time zone " + zone);
    }
  }

  private static GoTime modify(Arguments a) {
    return new GoTime(known(a.any(1)).plus(duration(a.text(0))));
  }

  private static String ago(Arguments a) {
    Duration since = Duration.between(time(a, a.any(0)), now(a));
    return print(since.plusMillis(500));
  }

  private static Duration duration(String text) {
    boolean negative = text.startsWith("-");
    String rest = negative || text.startsWith("+") ? text.substring(1) : text;
    if (rest.equals("0")) {
      return Duration.ZERO;
    }
    BigDecimal sum = BigDecimal.ZERO;
    Matcher part = PART.matcher(rest);
    int at = 0;
    while (rest.length() <= LONGEST_DURATION
        && at < rest.length()
        && part.find(at)
        && part.start() == at) {
      sum =
          sum.add(
              new BigDecimal(part.group(1))
                  .multiply(BigDecimal.valueOf(NANOSECONDS.getOrDefault(part.group(2), 0L))));
      at = part.end();
    }
    if (at == 0 || at < rest.length() || sum.precision() - sum.scale() > 18) {
      throw new Failure("invalid duration \"" + text + "\"");
    }
    return Duration.ofNanos(negative ? -sum.longValue() : sum.longValue());
  }

  /** Whole seconds as Go prints them, for example {@code 1h0m5s}. */
  private static String print(Duration duration) {
    long seconds = Math.abs(duration.toSeconds());
    String text = seconds % 60 + "s";
    if (seconds >= 60) {
      text = seconds / 60 % 60 + "m" + text;
    }
    if (seconds >= 3600) {
      text = seconds / 3600 + "h" + text;
    }
    return duration.isNegative() && seconds > 0 ? "-" + text : text;
  }
}
