package io.slipway.taskapi.timer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.taskapi.body.TaskReader;
import io.slipway.taskapi.definition.TaskDefinition;
import io.slipway.taskapi.definition.Triggers;
import io.slipway.taskapi.timer.TimerState.Last;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What becomes of timers when their task is changed, and when their time has come. */
class TimersTest {
  private static final Instant TEN = Instant.parse("2026-11-30T10:00:00Z");
  private static final Duration CATCH_UP = Duration.ofMinutes(10);
  private static final Last DONE = new Last(TEN.minusSeconds(60), "ca1", null);

  private static Instant at(String time) {
    return Instant.parse("2026-11-30T" + time + ":00Z");
  }

  private static Triggers.Timer timer(String name, String schedule, String status) {
    return new Triggers.Timer(name, schedule, status, null);
  }

  private static TaskDefinition task(String status, Triggers.Timer... timers) throws Exception {
    String body = "{\"step\":{\"type\":\"EncodedTask\",\"encodedTaskContent\":\"c3RlcHM6\"}}";
    TaskDefinition read = TaskReader.read(new ObjectMapper().readTree(body), false).definition();
    return new TaskDefinition(
        status,
        read.settings(),
        read.step(),
        new Triggers(List.of(timers), List.of(), null),
        false);
  }

  private static TimerState state(String schedule, String next) {
    return new TimerState("t", schedule, null, next == null ? null : at(next), DONE);
  }

  @Test
  void shouldBeginWhenItIsNewEnabledOrHasAnotherSchedule() throws Exception {
    TaskDefinition task = task("Enabled", timer("t", "0 * * * *", "Enabled"));

    assertThat(PlanTimers.of(task, List.of(), TEN))
        .containsExactly(new TimerState("t", "0 * * * *", null, at("11:00"), null));
    assertThat(PlanTimers.of(task, List.of(state("0 * * * *", null)), TEN))
        .containsExactly(state("0 * * * *", "11:00"));
    assertThat(PlanTimers.of(task, List.of(state("5 * * * *", "10:05")), TEN))
        .containsExactly(state("0 * * * *", "11:00"));
  }

  /** Also one that is due already: a change of the task loses nothing. */
  @Test
  void shouldGoOnAsBeforeIfItIsTheSame() throws Exception {
    TaskDefinition task = task("Enabled", timer("t", "0 * * * *", "Enabled"));
    TimerState before = state("0 * * * *", "09:00");

    assertThat(PlanTimers.of(task, List.of(before), TEN)).containsExactly(before);
  }

  @Test
  void shouldNotBeDueWhileItOrItsTaskIsDisabled() throws Exception {
    List<TimerState> before = List.of(state("0 * * * *", "11:00"));
    TimerState disabled = state("0 * * * *", null);

    assertThat(PlanTimers.of(task("Enabled", timer("t", "0 * * * *", "Disabled")), before, TEN))
        .containsExactly(disabled);
    assertThat(PlanTimers.of(task("Disabled", timer("t", "0 * * * *", "Enabled")), before, TEN))
        .containsExactly(disabled);
    assertThat(PlanTimers.of(task("Enabled"), before, TEN)).isEmpty();
  }

  @Test
  void shouldSayWhatIsWrongWithSchedulesOfEarlierVersions() throws Exception {
    TaskDefinition task =
        task(
            "Enabled",
            timer("t", "whenever", "Enabled"),
            timer("t", "* * * * *", "Enabled"),
            timer("a\0b", "* * * * *", "Enabled"),
            timer("x".repeat(101), "* * * * *", "Enabled"),
            timer("good", "* * * * *", "Enabled"));

    List<TimerState> planned = PlanTimers.of(task, List.of(), TEN);

    assertThat(planned).extracting(TimerState::name).containsExactly("t", "good");
    assertThat(planned.getFirst().occurrence()).isNull();
    assertThat(planned.getFirst().last().problem()).startsWith("schedule has 'whenever'");
    assertThat(planned.getLast().occurrence()).isEqualTo(at("10:01"));
  }

  private static DueTimer due(String schedule, String occurrence, Last last) {
    return new DueTimer(
        new UUID(1, 2),
        "task",
        "reg",
        new TimerState("t", schedule, null, at(occurrence), last),
        TEN.plusMillis(300));
  }

  /** From the time that is done, not from now: after a pause each minute has its run. */
  @Test
  void shouldLeaveNoTimeOut() {
    DueTimer due = due("* * * * *", "09:55", null);

    assertThat(due.started("ca7"))
        .isEqualTo(
            new DueTimer.After(at("09:56"), at("09:56"), new Last(at("09:55"), "ca7", null)));
    assertThat(due.refused("no step").last()).isEqualTo(new Last(at("09:55"), null, "no step"));
    assertThat(due.refused("no step").occurrence()).isEqualTo(at("09:56"));
    assertThat(due.key())
        .isEqualTo("timer/00000000-0000-0001-0000-000000000002/t/2026-11-30T09:55:00Z");
  }

  @Test
  void shouldComeAgainToWhatMayBePossibleLater() {
    DueTimer.After after = due("* * * * *", "10:00", null).postponed("429.");

    assertThat(after.occurrence()).isEqualTo(at("10:00"));
    assertThat(after.dueAt()).isEqualTo(TEN.plusMillis(10_300));
    assertThat(after.last()).isEqualTo(new Last(at("10:00"), null, "429. It is tried again."));
  }

  @Test
  void shouldLeaveOutWhatIsTooOldAndGoOnWithTheRest() {
    assertThat(due("* * * * *", "09:51", null).isMissed(CATCH_UP)).isFalse();
    DueTimer missed = due("* * * * *", "09:50", null);
    assertThat(missed.isMissed(CATCH_UP)).isTrue();

    DueTimer.After after = due("* * * * *", "03:00", null).missed(CATCH_UP);

    assertThat(after.occurrence()).isEqualTo(at("09:51"));
    assertThat(after.last().problem()).contains("within PT10M", "slipway.timers.catch-up");
    Last tried = new Last(at("03:00"), null, "The registry is full.");
    assertThat(due("0 3 * * *", "03:00", tried).missed(CATCH_UP).last().problem())
        .endsWith("Before that: The registry is full.");
    assertThat(due("0 3 * * *", "03:00", DONE).missed(CATCH_UP).last().problem())
        .doesNotContain("Before that");
  }

  @Test
  void shouldEndATimerWhoseZoneWasAbolished() {
    TimerState state = new TimerState("t", "* * * * *", "Europe/Atlantis", TEN, null);
    DueTimer.After after = new DueTimer(new UUID(1, 2), "k", "r", state, TEN).started("ca7");

    assertThat(after.dueAt()).isNull();
    assertThat(after.last().runId()).isEqualTo("ca7");
    assertThat(after.last().problem()).contains("timeZone is 'Europe/Atlantis'");
  }
}
