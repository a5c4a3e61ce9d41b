package io.slipway.gotemplate.function;

import io.slipway.gotemplate.value.TemplateFailure;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them: {@code -1h30m}, {@code 2.5s}. */
final class GoDuration {
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
  private static final int LONGEST = 100;

  private GoDuration() {}

  static Duration parse(String text) {
    boolean negative = text.startsWith("-");
    String rest = negative || text.startsWith("+") ? text.substring(1) : text;
    if (rest.equals("0")) {
      return Duration.ZERO;
    }
    BigDecimal sum = BigDecimal.ZERO;
    Matcher part = PART.matcher(rest);
    int at = 0;
    while (rest.length() <= LONGEST && at < rest.length() && part.find(at) && part.start() == at) {
      sum =
          sum.add(
              new BigDecimal(part.group(1))
                  .multiply(BigDecimal.valueOf(NANOSECONDS.getOrDefault(part.group(2), 0L))));
      at = part.end();
    }
    if (at == 0 || at < rest.length() || sum.precision() - sum.scale() > 18) {
      throw new TemplateFailure("invalid duration \"" + text + "\"");
    }
    return Duration.ofNanos(negative ? -sum.longValue() : sum.longValue());
  }

  /** Whole seconds as Go prints them, for example {@code 1h0m5s}. */
  static String print(Duration duration) {
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
