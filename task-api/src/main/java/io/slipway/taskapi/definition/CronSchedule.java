package io.slipway.taskapi.definition;

import com.cronutils.model.Cron;
import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import com.google.re2j.Pattern;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/**
 * When a timer is due: the five fields of cron as ACR reads them, in a time zone. A day must fit
 * both the day of the month and the day of the week. What falls into the hour that a change of the
 * clocks leaves out is due when it ends; what falls into the hour that comes twice is due the first
 * time, unless every hour is meant. Pure.
 *
 * @see <a
 *     href="https://learn.microsoft.com/azure/container-registry/container-registry-tasks-scheduled">ACR,
 *     scheduled tasks</a>
 */
public final class CronSchedule {
  /** Characters of a schedule, more than all its values written out. */
  static final int LONGEST = 500;

  /** Changes of the clocks that are looked at before there is no next time. */
  private static final int MOST_CHANGES = 400;

  private static final String VALUE = "([0-9]{1,2}|[A-Za-z]{3})";
  private static final String ITEM = "(\\*|" + VALUE + "(-" + VALUE + ")?)(/[0-9]{1,2})?";
  private static final Pattern FIELD = Pattern.compile(ITEM + "(," + ITEM + ")*");
  private static final CronDefinition CRON =
      CronDefinitionBuilder.defineCron()
          .withMinutes()
          .withStrictRange()
          .and()
          .withHours()
          .withStrictRange()
          .and()
          .withDayOfMonth()
          .withStrictRange()
          .and()
          .withMonth()
          .withStrictRange()
          .and()
          .withDayOfWeek()
          .withValidRange(0, 6)
          .withMondayDoWValue(1)
          .withStrictRange()
          .and()
          .matchDayOfWeekAndDayOfMonth()
          .instance();
  private static final List<Field> FIELDS =
      List.of(
          new Field("minute", "0 to 59"),
          new Field("hour", "0 to 23"),
          new Field("day of the month", "1 to 31"),
          new Field("month", "1 to 12 or JAN to DEC"),
          new Field("day of the week", "0 (Sunday) to 6 or SUN to SAT"));

  private final ExecutionTime times;
  private final ZoneRules rules;
  private final boolean everyHour;

  private CronSchedule(Cron cron, ZoneRules rules, boolean everyHour) {
    this.times = ExecutionTime.forCron(cron);
    this.rules = rules;
    this.everyHour = everyHour;
  }

  private record Field(String name, String values) {}

  /** A schedule or time zone that is none. */
  public static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    private final String property;

    Unreadable(String property, String message) {
      super(message, null, false, false);
      this.property = property;
    }

    /** Which one: {@code schedule} or {@code timeZone}. */
    public String property() {
      return property;
    }
  }

  /**
   * Reads a schedule.
   *
   * @param zone name of a time zone; null: UTC
   * @throws Unreadable with the rest of a sentence that begins with the property: what is wrong,
   *     where, and what would be right
   */
  public static CronSchedule of(String text, @Nullable String zone) throws Unreadable {
    List<String> words = words(text);
    CronSchedule schedule =
        new CronSchedule(parse(String.join(" ", words)), rules(zone), words.get(1).equals("*"));
    if (schedule.next(Instant.EPOCH).isEmpty()) {
      throw wrong("is '%s', which no day fits".formatted(text));
    }
    return schedule;
  }

  private static List<String> words(String text) throws Unreadable {
    if (text.length() > LONGEST) {
      throw wrong("has %d characters, at most %d are allowed".formatted(text.length(), LONGEST));
    }
    List<String> words = new ArrayList<>();
    int from = 0;
    StringTokenizer tokens = new StringTokenizer(text, " \t");
    while (tokens.hasMoreTokens()) {
      String word = tokens.nextToken();
      from = text.indexOf(word, from);
      if (words.size() < FIELDS.size()) {
        check(word, words.size(), from);
      }
      words.add(word);
      from += word.length();
    }
    if (words.size() != FIELDS.size()) {
      throw wrong(
          "is '%s' with %d fields, must have five: minute, hour, day of the month, month and day of the week, such as '0 3 * * MON-FRI'; there are no seconds and no year"
              .formatted(text, words.size()));
    }
    return words;
  }

  private static void check(String word, int index, int from) throws Unreadable {
    List<String> alone = new ArrayList<>(List.of("*", "*", "*", "*", "*"));
    alone.set(index, word);
    try {
      if (FIELD.matches(word)) {
        new CronParser(CRON).parse(String.join(" ", alone));
        return;
      }
    } catch (IllegalArgumentException ignored) {
      // Its message does not say where; the one below does.
    }
    Field field = FIELDS.get(index);
    throw wrong(
        "has '%s' as the %s (field %d, at character %d), must be *, or %s, a range such as 1-5, a list such as 1,3, or a step such as */2"
            .formatted(word, field.name(), index + 1, from + 1, field.values()));
  }

  private static Cron parse(String text) throws Unreadable {
    try {
      return new CronParser(CRON).parse(text);
    } catch (IllegalArgumentException refused) {
      throw wrong("is '%s', which cannot be read: %s".formatted(text, refused.getMessage()));
    }
  }

  private static ZoneRules rules(@Nullable String zone) throws Unreadable {
    if (zone == null || zone.equals("UTC")) {
      return ZoneOffset.UTC.getRules();
    }
    if (!ZoneId.getAvailableZoneIds().contains(zone)) {
      throw new Unreadable(
          "timeZone",
          "is '%s', must be a name of the IANA time zone database such as Europe/Berlin, or UTC"
              .formatted(zone));
    }
    return ZoneId.of(zone).getRules();
  }

  private static Unreadable wrong(String message) {
    return new Unreadable("schedule", message);
  }

  /** The first time after this one; empty if there is none in the next hundred years. */
  public Optional<Instant> next(Instant after) {
    Instant from = after;
    Optional<LocalDateTime> local = nextLocal(passed(after));
    for (int i = 0; local.isPresent() && i < MOST_CHANGES; i++) {
      Instant at = local.get().toInstant(rules.getOffset(from));
      ZoneOffsetTransition change = rules.nextTransition(from);
      if (change == null || at.isBefore(change.getInstant())) {
        return Optional.of(at);
      }
      if (change.isGap() && local.get().isBefore(change.getDateTimeAfter())) {
        return Optional.of(change.getInstant());
      }
      from = change.getInstant();
      if (i == 0 && everyHour && change.isOverlap()) {
        // It was asked from within the hour that comes again: later ones are found when they begin.
        local = nextLocal(start(change).minusSeconds(1));
      }
    }
    return Optional.empty();
  }

  /** Up to when, by the clock on the wall, everything was due by this time. */
  private LocalDateTime passed(Instant after) {
    LocalDateTime local =
        LocalDateTime.ofInstant(after, rules.getOffset(after)).truncatedTo(ChronoUnit.SECONDS);
    ZoneOffsetTransition change = rules.previousTransition(after.plusNanos(1));
    if (change != null && local.isBefore(start(change))) {
      return start(change).minusSeconds(1);
    }
    return local;
  }

  /** What the clock on the wall shows when what is due after a change begins. */
  private LocalDateTime start(ZoneOffsetTransition change) {
    return change.isOverlap() && !everyHour
        ? change.getDateTimeBefore()
        : change.getDateTimeAfter();
  }

  /** Without changes of the clocks, which the library is not asked about. */
  private Optional<LocalDateTime> nextLocal(LocalDateTime base) {
    return times.nextExecution(base.atZone(ZoneOffset.UTC)).map(it -> it.toLocalDateTime());
  }
}
