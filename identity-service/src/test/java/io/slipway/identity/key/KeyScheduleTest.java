package io.slipway.identity.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyScheduleTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration LIFE = Duration.ofHours(3);
  private final KeySchedule schedule =
      new KeySchedule(Duration.ofDays(30), Duration.ofMinutes(10), LIFE);

  private static KeyTimes key(String kid, Duration after) {
    return new KeyTimes(kid, START.plus(after));
  }

  @Test
  void shouldMakeTheFirstKeyAtOnce() {
    assertThat(schedule.due(List.of(), START)).contains(START);
    assertThat(schedule.signer(List.of(), START)).isEmpty();
  }

  @Test
  void shouldPublishANewKeyBeforeItSigns() {
    KeyTimes old = key("old", Duration.ZERO);
    Instant due = START.plus(Duration.ofDays(30)).minus(Duration.ofMinutes(10));
    assertThat(schedule.due(List.of(old), due.minusSeconds(1))).isEmpty();
    Instant activeFrom = schedule.due(List.of(old), due).orElseThrow();
    List<KeyTimes> both = List.of(old, new KeyTimes("new", activeFrom));

    assertThat(schedule.signer(both, due)).contains(old);
    assertThat(schedule.published(both, due)).hasSize(2);
    assertThat(schedule.due(both, due)).isEmpty();
    assertThat(schedule.signer(both, activeFrom)).map(KeyTimes::kid).contains("new");
  }

  @Test
  void shouldPublishAnOldKeyAsLongAsItsTokensLive() {
    List<KeyTimes> both = List.of(key("old", Duration.ZERO), key("new", Duration.ofDays(30)));
    Instant last = START.plus(Duration.ofDays(30)).plus(LIFE);

    assertThat(schedule.published(both, last)).hasSize(2);
    assertThat(schedule.published(both, last.plus(Duration.ofMinutes(6))))
        .extracting(KeyTimes::kid)
        .containsExactly("new");
  }

  /** A21: whenever a token is signed in a year of rotations, its key is published all its life. */
  @Test
  void shouldAlwaysPublishTheKeyOfALivingToken() {
    List<KeyTimes> keys = new ArrayList<>();
    List<Signed> tokens = new ArrayList<>();
    KeySchedule quick = new KeySchedule(Duration.ofHours(7), Duration.ofMinutes(10), LIFE);
    for (int minute = 0; minute < 60 * 24 * 10; minute += 5) {
      Instant now = START.plus(Duration.ofMinutes(minute));
      int number = minute;
      quick.due(keys, now).ifPresent(from -> keys.add(new KeyTimes("k" + number, from)));
      List<String> published = quick.published(keys, now).stream().map(KeyTimes::kid).toList();
      tokens.removeIf(token -> token.end().isBefore(now));
      assertThat(tokens).allMatch(token -> published.contains(token.kid()));
      assertThat(published).hasSizeLessThanOrEqualTo(3);
      keys.removeIf(key -> !published.contains(key.kid()));
      tokens.add(new Signed(quick.signer(keys, now).orElseThrow().kid(), now.plus(LIFE)));
    }
  }

  private record Signed(String kid, Instant end) {}
}
