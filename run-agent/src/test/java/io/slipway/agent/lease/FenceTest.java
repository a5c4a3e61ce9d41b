package io.slipway.agent.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Seconds from the last heartbeat that was answered; the lease ends after 12. */
class FenceTest {
  private static final long START = Long.MAX_VALUE - at(20);
  private static final long LEASE_END = START + at(12);

  private LedgerSight sight = LedgerSight.from(START - at(60));

  private static long at(double seconds) {
    return (long) (seconds * 1e9);
  }

  /** Kafka answers each half second from one time to another, with a beat each second or none. */
  private void kafka(double from, double to, boolean beats) {
    for (double time = from; time <= to; time += 0.5) {
      long now = START + at(time);
      sight = sight.withKafka(now, beats ? now : sight.beat());
      sight = Fence.look(sight, now);
    }
  }

  private boolean goesOn(double seconds) {
    long now = START + at(seconds);
    sight = Fence.look(sight, now);
    return Fence.goesOn(sight, LEASE_END, now);
  }

  private boolean feeds(double seconds) {
    return Fence.feeds(sight, LEASE_END, START + at(seconds));
  }

  @Test
  void shouldStopBeforeTheLeaseEndsIfTheLedgerLives() {
    kafka(-5, 9, true);

    assertThat(goesOn(8.9)).isTrue();
    assertThat(goesOn(9.1)).isFalse();
  }

  @Test
  void shouldStopBeforeTheLeaseEndsIfNothingAnswers() {
    kafka(-5, 0, true);

    assertThat(goesOn(8.9)).isTrue();
    assertThat(goesOn(9.1)).isFalse();
  }

  /** A2.6: today's agent stopped every step after 10 s. */
  @Test
  void shouldGoOnForAMinuteWhileKafkaAnswersAndTheLedgerIsSilent() {
    kafka(-5, 0, true);
    for (double time = 0.5; time < 60; time += 0.5) {
      kafka(time, time, false);
      assertThat(goesOn(time)).as("after %s s", time).isTrue();
    }
    assertThat(feeds(59)).isTrue();
  }

  @Test
  void shouldGoOnForAMinuteWhileTaskApiSaysThatItsDatabaseIsAway() {
    for (double time = 0; time < 60; time += 2) {
      sight = sight.withRefusal(START + at(time));
      assertThat(goesOn(time)).as("after %s s", time).isTrue();
      assertThat(goesOn(time + 1.9)).isTrue();
    }
  }

  /** One instance lost its database; another leads, and hands runs on. */
  @Test
  void shouldNotBelieveOneInstanceWhileBeatsCome() {
    kafka(-5, 12, true);
    sight = sight.withRefusal(START + at(12));

    assertThat(goesOn(12)).isFalse();
  }

  @Test
  void shouldLeaveTimeToRenewWhenTheLedgerIsBack() {
    kafka(-5, 0, true);
    kafka(0.5, 60, false);
    kafka(60.5, 70, true);

    assertThat(goesOn(64.9)).isTrue();
    assertThat(feeds(64.9)).isFalse();
    assertThat(goesOn(66)).isFalse();
  }

  @Test
  void shouldStopSoonAfterKafkaIsGoneToo() {
    kafka(-5, 0, true);
    kafka(0.5, 60, false);

    assertThat(goesOn(61.9)).isTrue();
    assertThat(goesOn(66.8)).isTrue();
    assertThat(goesOn(67)).isFalse();
  }

  /** Kafka answered last before the beat could be overdue: that says nothing of the time since. */
  @Test
  void shouldNotTakeASlowAnswerOfKafkaForSilence() {
    kafka(-5, 8, true);
    kafka(8.5, 10, false);

    assertThat(Fence.ledgerAway(sight, START + at(11.9))).isFalse();
    assertThat(goesOn(11.9)).isFalse();
  }

  /** A stopped process has seen nothing while it slept; what it saw before counts no more. */
  @Test
  void shouldStopWhenItWakesUpPastItsLease() {
    kafka(-5, 0, true);
    kafka(0.5, 5, false);

    assertThat(goesOn(5)).isTrue();
    assertThat(goesOn(13)).isFalse();
  }

  @Test
  void shouldFeedNoLongerThanTheKernelMayWaitWithinTheLease() {
    kafka(-5, 9, true);

    assertThat(feeds(5)).isTrue();
    assertThat(feeds(5.1)).isFalse();
    assertThat(Fence.UNFED).isLessThan(Duration.ofSeconds(12).minus(Duration.ofSeconds(2)));
  }

  /** All that an agent adds after its last good sight is less than what the ledger waits. */
  @Test
  void shouldBeThroughBeforeTheLedgerHandsOn() {
    Duration ledgerWaits = Duration.ofSeconds(12).plusSeconds(Fence.LEDGER_EXTRA_SECONDS);
    Duration said = Fence.REFUSAL_AGE.plus(Fence.REFUSAL_COUNTS);

    assertThat(said.plus(Fence.RENEWING).plus(Fence.STOPPING)).isLessThan(ledgerWaits);
    assertThat(said.plus(Fence.UNFED)).as("a stopped agent").isLessThan(ledgerWaits);
    assertThat(Fence.KAFKA_COUNTS.plus(Fence.RENEWING).plus(Fence.STOPPING))
        .isLessThan(ledgerWaits);
  }
}
