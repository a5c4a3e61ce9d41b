package io.slipway.taskapi.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronScheduleTest {
  /** Monday. */
  private static final Instant NOW = Instant.parse("2026-11-30T16:59:59.5Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          * * * * *          | 2026-11-30T17:00:00Z | 2026-11-30T17:01:00Z
          */20 * * * *       | 2026-11-30T17:00:00Z | 2026-11-30T17:20:00Z
          7/20 * * * *       | 2026-11-30T17:07:00Z | 2026-11-30T17:27:00Z
          0 1-3 * * *        | 2026-12-01T01:00:00Z | 2026-12-01T02:00:00Z
          0 18,20-22/2 * * * | 2026-11-30T18:00:00Z | 2026-11-30T20:00:00Z
          30 9 * Jan mon     | 2027-01-04T09:30:00Z | 2027-01-11T09:30:00Z
          0 0 * * 0          | 2026-12-06T00:00:00Z | 2026-12-13T00:00:00Z
          0 12 * * Mon-Fri   | 2026-12-01T12:00:00Z | 2026-12-02T12:00:00Z
          0 0 13 * 5         | 2027-08-13T00:00:00Z | 2028-10-13T00:00:00Z
          0 0 31 * *         | 2026-12-31T00:00:00Z | 2027-01-31T00:00:00Z
          0 0 29 2 *         | 2028-02-29T00:00:00Z | 2032-02-29T00:00:00Z
          """)
  void shouldSayWhenItIsDue(String text, Instant first, Instant second) throws Exception {
    CronSchedule schedule = CronSchedule.of(text, null);

    assertThat(schedule.next(NOW)).contains(first);
    assertThat(schedule.next(first)).contains(second);
  }

  /** At 01:00 UTC the clocks of Berlin go from 2 to 3 (March), and from 3 to 2 (October). */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          30 2 * * *    | 2027-03-28T00:00:00Z | 2027-03-28T01:00:00Z | 2027-03-29T00:30:00Z
          0 2,3 * * *   | 2027-03-28T00:00:00Z | 2027-03-28T01:00:00Z | 2027-03-29T00:00:00Z
          */30 * * * *  | 2027-03-28T00:30:00Z | 2027-03-28T01:00:00Z | 2027-03-28T01:30:00Z
          0 3 * * *     | 2027-03-27T12:00:00Z | 2027-03-28T01:00:00Z | 2027-03-29T01:00:00Z
          30 2 * * *    | 2027-10-30T12:00:00Z | 2027-10-31T00:30:00Z | 2027-11-01T01:30:00Z
          30 2 * * *    | 2027-10-31T01:10:00Z | 2027-11-01T01:30:00Z | 2027-11-02T01:30:00Z
          30 * * * *    | 2027-10-31T00:10:00Z | 2027-10-31T00:30:00Z | 2027-10-31T01:30:00Z
          0 3 * * *     | 2027-10-31T00:10:00Z | 2027-10-31T02:00:00Z | 2027-11-01T02:00:00Z
          """)
  void shouldFollowTheClockOfAZone(String text, Instant from, Instant first, Instant second)
      throws Exception {
    CronSchedule schedule = CronSchedule.of(text, "Europe/Berlin");

    assertThat(schedule.next(from)).contains(first);
    assertThat(schedule.next(first)).contains(second);
  }

  /** From wherever one asks: else a restart would find other times than there were. */
  @ParameterizedTest
  @CsvSource({
    "Europe/Berlin,2027-03-27T22:00:00Z",
    "Europe/Berlin,2027-10-30T22:00:00Z",
    "Australia/Lord_Howe,2027-04-03T12:00:00Z",
    "Australia/Lord_Howe,2027-10-02T12:00:00Z",
    "Pacific/Apia,2011-12-29T22:00:00Z",
    "America/St_Johns,2006-10-28T22:00:00Z"
  })
  void shouldHaveTheSameTimesFromEverywhere(String zone, Instant start) throws Exception {
    for (String text :
        List.of("* * * * *", "15,40 * * * *", "15,40 1-3 * * *", "0 0,2 * * *", "59 */2 * * *")) {
      CronSchedule schedule = CronSchedule.of(text, zone);
      List<Instant> all = new ArrayList<>();
      Instant end = start.plus(12, ChronoUnit.HOURS);
      for (Instant at = start; !at.isAfter(end); ) {
        at = schedule.next(at).orElseThrow();
        all.add(at);
      }
      assertThat(all).isSorted().doesNotHaveDuplicates();
      for (Instant at = start; at.isBefore(end); at = at.plusSeconds(150)) {
        Instant asked = at;
        Optional<Instant> expected = all.stream().filter(it -> it.isAfter(asked)).findFirst();
        assertThat(schedule.next(asked))
            .as("%s %s after %s", zone, text, asked)
            .isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          60 * * * *     | has '60' as the minute (field 1, at character 1), must be *, or 0 to 59
          0  24 * * *    | has '24' as the hour (field 2, at character 4), must be *, or 0 to 23
          0 0 0 * *      | has '0' as the day of the month (field 3, at character 5)
          0 0 1 13 *     | has '13' as the month (field 4, at character 7)
          0 0 * * 7      | has '7' as the day of the week (field 5, at character 9), must be *, or 0
          0 0 * * 5-1    | has '5-1' as the day of the week
          */0 * * * *    | has '*/0' as the minute
          */60 * * * *   | has '*/60' as the minute
          1,,2 * * * *   | has '1,,2' as the minute
          +1 * * * *     | has '+1' as the minute
          \u0661 * * * * | as the minute
          0 0 L * *      | has 'L' as the day of the month
          0 0 * * 1#2    | has '1#2' as the day of the week
          ? * * * *      | has '?' as the minute
          @daily         | has '@daily' as the minute
          * * * *        | with 4 fields, must have five
          0 0 12 * * *   | with 6 fields, must have five
          0 0 30 2 *     | which no day fits
          0 0 31 4,6 *   | which no day fits
          """)
  void rejectsWhatIsNoSchedule(String text, String why) {
    CronSchedule.Unreadable refused =
        catchThrowableOfType(CronSchedule.Unreadable.class, () -> CronSchedule.of(text, null));

    assertThat(refused).as(text).hasMessageContaining(why);
    assertThat(refused.property()).isEqualTo("schedule");
  }

  @Test
  void rejectsWhatIsTooLong() {
    assertThatThrownBy(() -> CronSchedule.of("0" + ",0".repeat(300) + " * * * *", null))
        .hasMessageContaining("has 609 characters, at most 500 are allowed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "CET2", "+02:00", "europe/berlin", "../etc/localtime"})
  void rejectsWhatIsNoTimeZone(String zone) {
    CronSchedule.Unreadable refused =
        catchThrowableOfType(
            CronSchedule.Unreadable.class, () -> CronSchedule.of("* * * * *", zone));

    assertThat(refused.property()).isEqualTo("timeZone");
    assertThat(refused).hasMessageContaining("is '" + zone + "', must be", "Europe/Berlin");
  }
}
