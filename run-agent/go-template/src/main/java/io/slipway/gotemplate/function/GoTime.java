package io.slipway.gotemplate.function;

import io.slipway.gotemplate.value.Failure;
import io.slipway.gotemplate.value.Values.GoObject;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A point in time as templates see it, with the methods of Go's that texts need. A layout is the
 * way in which 2 January 2006, 15:04:05 would be written.
 */
record GoTime(ZonedDateTime time) implements GoObject {
  /** Go's pieces, longer ones first where one begins another, and Java's patterns for them. */
  private static final Map<String, String> PIECES = pieces();

  private static final int LONGEST = 200;

  @Override
  public String print() {
    return format("2006-01-02 15:04:05.999999999 -0700 MST", time);
  }

  @Override
  public String type() {
    return "time.Time";
  }

  @Override
  public Object member(String name, List<Object> arguments) {
    if (name.equals("Format")) {
      if (arguments.size() == 1 && arguments.get(0) instanceof String layout) {
        return format(layout, time);
      }
      throw new Failure("Format takes a layout");
    }
    if (!arguments.isEmpty()) {
      throw new Failure(name + " takes no arguments");
    }
    return switch (name) {
      case "Year" -> (long) time.getYear();
      case "Month" -> format("January", time);
      case "Day" -> (long) time.getDayOfMonth();
      case "Hour" -> (long) time.getHour();
      case "Minute" -> (long) time.getMinute();
      case "Second" -> (long) time.getSecond();
      case "YearDay" -> (long) time.getDayOfYear();
      case "Weekday" -> format("Monday", time);
      case "Unix" -> time.toEpochSecond();
      case "UnixNano" -> time.toEpochSecond() * 1_000_000_000L + time.getNano();
      case "UTC" -> new GoTime(time.withZoneSameInstant(ZoneId.of("UTC")));
      case "String" -> print();
      default -> throw new Failure("can't evaluate field " + name + " in type time.Time");
    };
  }

  private static Map<String, String> pieces() {
    Map<String, String> pieces = new LinkedHashMap<>();
    pieces.put("January", "MMMM");
    pieces.put("Jan", "MMM");
    pieces.put("Monday", "EEEE");
    pieces.put("Mon", "EEE");
    pieces.put("MST", "zzz");
    pieces.put("2006", "yyyy");
    pieces.put("Z07:00", "XXX");
    pieces.put("Z0700", "XX");
    pieces.put("Z07", "X");
    pieces.put("-07:00", "xxx");
    pieces.put("-0700", "xx");
    pieces.put("-07", "x");
    pieces.put("002", "DDD");
    pieces.put("01", "MM");
    pieces.put("02", "dd");
    pieces.put("03", "hh");
    pieces.put("04", "mm");
    pieces.put("05", "ss");
    pieces.put("06", "yy");
    pieces.put("15", "HH");
    pieces.put("_2", "ppd");
    pieces.put("PM", "a");
    pieces.put("1", "M");
    pieces.put("2", "d");
    pieces.put("3", "h");
    pieces.put("4", "m");
    pieces.put("5", "s");
    return pieces;
  }

  static String format(String layout, ZonedDateTime time) {
    try {
      return formatter(layout).format(time);
    } catch (DateTimeException unfit) {
      throw new Failure("the date does not fit the layout \"" + layout + "\"");
    }
  }

  /** Reads a date in UTC unless it names a zone. */
  static ZonedDateTime parse(String layout, String text) {
    try {
      TemporalAccessor read = formatter(layout).parse(text);
      ZoneId zone = TemporalQueries.zone().queryFrom(read);
      return ZonedDateTime.of(
          read.isSupported(ChronoField.YEAR) ? read.get(ChronoField.YEAR) : 0,
          field(read, ChronoField.MONTH_OF_YEAR, 1),
          field(read, ChronoField.DAY_OF_MONTH, 1),
          field(read, ChronoField.HOUR_OF_DAY, 0),
          field(read, ChronoField.MINUTE_OF_HOUR, 0),
          field(read, ChronoField.SECOND_OF_MINUTE, 0),
          field(read, ChronoField.NANO_OF_SECOND, 0),
          zone == null ? ZoneId.of("UTC") : zone);
    } catch (DateTimeException unfit) {
      throw new Failure("\"" + text + "\" is not a date of the layout \"" + layout + "\"");
    }
  }

  private static int field(TemporalAccessor read, ChronoField field, int otherwise) {
    return read.isSupported(field) ? read.get(field) : otherwise;
  }

  private static DateTimeFormatter formatter(String layout) {
    if (layout.length() > LONGEST) {
      throw new Failure("a layout has more than " + LONGEST + " characters");
    }
    DateTimeFormatterBuilder builder = new DateTimeFormatterBuilder();
    int at = 0;
    while (at < layout.length()) {
      int digits = fractionDigits(layout, at);
      String piece = piece(layout, at);
      if (digits > 0) {
        boolean fixed = layout.charAt(at + 1) == '0';
        builder.appendFraction(
            ChronoField.NANO_OF_SECOND, fixed ? digits : 0, digits, layout.charAt(at) == '.');
        at += digits + 1;
      } else if (piece.equals("pm")) {
        builder.appendText(ChronoField.AMPM_OF_DAY, Map.of(0L, "am", 1L, "pm"));
        at += 2;
      } else if (!piece.isEmpty()) {
        builder.appendPattern(String.valueOf(PIECES.get(piece)));
        at += piece.length();
      } else {
        builder.appendLiteral(layout.charAt(at++));
      }
    }
    return builder.toFormatter(Locale.ROOT).withLocale(Locale.ENGLISH);
  }

  /** Digits of a fraction such as {@code .000} that begins here after a second; else 0. */
  private static int fractionDigits(String layout, int at) {
    char point = layout.charAt(at);
    if (point != '.' && point != ',' || at + 1 >= layout.length()) {
      return 0;
    }
    char digit = layout.charAt(at + 1);
    int end = at + 1;
    while (end < layout.length() && layout.charAt(end) == digit) {
      end++;
    }
    boolean ends = end == layout.length() || !Character.isDigit(layout.charAt(end));
    return (digit == '0' || digit == '9') && ends && end - at - 1 <= 9 ? end - at - 1 : 0;
  }

  private static String piece(String layout, int at) {
    if (layout.startsWith("pm", at)) {
      return "pm";
    }
    for (String piece : PIECES.keySet()) {
      boolean partOfWord =
          piece.equals("Jan") && at + 3 < layout.length() && isSmall(layout.charAt(at + 3))
              || piece.equals("Mon") && at + 3 < layout.length() && isSmall(layout.charAt(at + 3));
      boolean partOfYear = piece.equals("_2") && layout.startsWith("_2006", at);
      if (layout.startsWith(piece, at) && !partOfWord && !partOfYear) {
        return piece;
      }
    }
    return "";
  }

  private static boolean isSmall(char c) {
    return c >= 'a' && c <= 'z';
  }
}
