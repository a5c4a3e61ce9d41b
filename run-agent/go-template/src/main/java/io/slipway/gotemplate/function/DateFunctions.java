package io.slipway.gotemplate.function;

import io.slipway.gotemplate.value.TemplateFailure;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;

/** Functions for times. The local zone is UTC, as in the original's containers. */
final class DateFunctions {
  private static final String DAY = "2006-01-02";
  private static final ZoneId UTC = ZoneId.of("UTC");

  private DateFunctions() {}

  static void addTo(FunctionTable table) {
    table
        .add("now", 0, a -> new GoTime(now(a)))
        .add("ago", 1, DateFunctions::ago)
        .add("date", 2, a -> GoLayout.format(a.text(0), time(a, a.any(1))))
        .add("dateInZone", 3, a -> inZone(a.text(0), time(a, a.any(1)), a.text(2)))
        .alias("date_in_zone", "dateInZone")
        .add("htmlDate", 1, a -> GoLayout.format(DAY, time(a, a.any(0))))
        .add("htmlDateInZone", 2, a -> inZone(DAY, time(a, a.any(0)), a.text(1)))
        .add("dateModify", 2, DateFunctions::modify)
        .alias("date_modify", "dateModify")
        .add("toDate", 2, a -> new GoTime(GoLayout.parse(a.text(0), a.text(1))))
        .add("unixEpoch", 1, a -> String.valueOf(known(a.any(0)).toEpochSecond()));
  }

  private static ZonedDateTime now(Arguments a) {
    Instant now =
        a.sources()
            .now()
            .orElseThrow(() -> new TemplateFailure("the time is known only when the task is run"));
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
      throw new TemplateFailure("a time is out of range");
    }
  }

  private static ZonedDateTime known(@Nullable Object value) {
    if (value instanceof GoTime time) {
      return time.time();
    }
    throw new TemplateFailure("wrong type for value; expected time.Time");
  }

  private static String inZone(String layout, ZonedDateTime time, String zone) {
    try {
      ZoneId id = zone.equals("Local") || zone.isEmpty() ? UTC : ZoneId.of(zone);
      return GoLayout.format(layout, time.withZoneSameInstant(id));
    } catch (DateTimeException unknown) {
      throw new TemplateFailure("unknown time zone " + zone);
    }
  }

  private static GoTime modify(Arguments a) {
    return new GoTime(known(a.any(1)).plus(GoDuration.parse(a.text(0))));
  }

  private static String ago(Arguments a) {
    Duration since = Duration.between(time(a, a.any(0)), now(a));
    return GoDuration.print(since.plusMillis(500));
  }
}
