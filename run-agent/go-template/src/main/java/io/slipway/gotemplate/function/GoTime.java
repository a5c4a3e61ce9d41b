package io.slipway.gotemplate.function;

import io.slipway.gotemplate.value.GoObject;
import io.slipway.gotemplate.value.TemplateFailure;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;

/** A point in time as templates see it, with the methods of Go's that texts need. */
record GoTime(ZonedDateTime time) implements GoObject {
  @Override
  public String print() {
    return GoLayout.format("2006-01-02 15:04:05.999999999 -0700 MST", time);
  }

  @Override
  public String type() {
    return "time.Time";
  }

  @Override
  public Object member(String name, List<Object> arguments) {
    if (name.equals("Format")) {
      if (arguments.size() == 1 && arguments.get(0) instanceof String layout) {
        return GoLayout.format(layout, time);
      }
      throw new TemplateFailure("Format takes a layout");
    }
    if (!arguments.isEmpty()) {
      throw new TemplateFailure(name + " takes no arguments");
    }
    return switch (name) {
      case "Year" -> (long) time.getYear();
      case "Month" -> GoLayout.format("January", time);
      case "Day" -> (long) time.getDayOfMonth();
      case "Hour" -> (long) time.getHour();
      case "Minute" -> (long) time.getMinute();
      case "Second" -> (long) time.getSecond();
      case "YearDay" -> (long) time.getDayOfYear();
      case "Weekday" -> GoLayout.format("Monday", time);
      case "Unix" -> time.toEpochSecond();
      case "UnixNano" -> time.toEpochSecond() * 1_000_000_000L + time.getNano();
      case "UTC" -> new GoTime(time.withZoneSameInstant(ZoneId.of("UTC")));
      case "String" -> print();
      default -> throw new TemplateFailure("can't evaluate field " + name + " in type time.Time");
    };
  }
}
