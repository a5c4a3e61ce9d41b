package io.slipway.taskapi.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskapi.dispatch.Turns.Plan;
import io.slipway.taskapi.dispatch.Turns.State;
import io.slipway.taskapi.dispatch.Turns.Waiting;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final UUID FLOOD = new UUID(0, 1);
  private static final UUID SINGLE = new UUID(0, 2);
  private static final UUID OTHER = new UUID(0, 3);

  @Test
  void shouldGiveASingleRunTheNextTurnHoweverManyOthersWait() {
    Plan flooded = Turns.next(State.START, List.of(waiting(FLOOD, 1, 100_000)), 64);
    assertThat(flooded.order()).hasSize(64).containsOnly(FLOOD);

    Plan next =
        Turns.next(flooded.state(), List.of(waiting(FLOOD, 1, 99_936), waiting(SINGLE, 1, 1)), 16);

    // One turn may have been given at the present virtual time already.
    assertThat(next.order().indexOf(SINGLE)).isLessThanOrEqualTo(1);
    assertThat(next.counts()).containsEntry(FLOOD, 15).containsEntry(SINGLE, 1);
  }

  @Test
  void shouldShareTurnsByWeight() {
    Plan plan =
        Turns.next(
            State.START,
            List.of(waiting(FLOOD, 1, 1_000), waiting(SINGLE, 3, 1_000), waiting(OTHER, 4, 1_000)),
            80);

    assertThat(plan.counts().get(FLOOD)).isBetween(9, 11);
    assertThat(plan.counts().get(SINGLE)).isBetween(29, 31);
    assertThat(plan.counts().get(OTHER)).isBetween(39, 41);
  }

  @Test
  void shouldNotLetARegistryExceedWhatItMayOrHas() {
    Plan plan = Turns.next(State.START, List.of(waiting(FLOOD, 9, 2), waiting(OTHER, 1, 0)), 10);

    assertThat(plan.order()).containsExactly(FLOOD, FLOOD);
  }

  @Test
  void shouldNotLetARegistrySaveUpTurns() {
    State state = State.START;
    for (int i = 0; i < 50; i++) {
      state = Turns.next(state, List.of(waiting(FLOOD, 1, 100)), 16).state();
    }

    Plan plan = Turns.next(state, List.of(waiting(FLOOD, 1, 100), waiting(SINGLE, 1, 100)), 20);

    assertThat(plan.counts().get(SINGLE)).isBetween(10, 11);
  }

  @Test
  void shouldRememberTurnsFromOneTimeToTheNext() {
    List<Waiting> two = List.of(waiting(FLOOD, 1, 1_000), waiting(OTHER, 1, 1_000));
    List<UUID> given = new ArrayList<>();
    State state = State.START;
    for (int i = 0; i < 40; i++) { // one run at a time must be as fair as many at once
      Plan plan = Turns.next(state, two, 1);
      given.addAll(plan.order());
      state = plan.state();
    }

    assertThat(Collections.frequency(given, FLOOD)).isEqualTo(20);
  }

  @Test
  void shouldKeepNothingOfRegistriesThatAreNotAhead() {
    State state = State.START;
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      UUID passing = new UUID(9, i);
      Plan plan =
          Turns.next(
              state, List.of(waiting(FLOOD, 1, 50), waiting(passing, 1, 1)), 1 + random.nextInt(8));
      state = plan.state();
    }

    assertThat(state.times()).hasSizeLessThan(10);
  }

  /** Whoever waits all the time is served within as many turns as there are others, and one. */
  @Test
  void shouldBoundTheWaitOfEveryRegistry() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      int others = 1 + random.nextInt(20);
      State state = State.START;
      int waited = 0;
      for (int turn = 0; turn < 100; turn++) {
        List<Waiting> all = new ArrayList<>();
        all.add(waiting(SINGLE, 1, 1));
        for (int other = 0; other < others; other++) {
          if (random.nextInt(4) > 0) {
            all.add(waiting(new UUID(5, other), 1, 1_000));
          }
        }
        Plan plan = Turns.next(state, all, 1);
        state = plan.state();
        waited = plan.order().contains(SINGLE) ? 0 : waited + 1;
        assertThat(waited).as("seed %d", seed).isLessThanOrEqualTo(2 * others + 1);
      }
    }
  }

  private static Waiting waiting(UUID registry, int weight, int most) {
    return new Waiting(registry, weight, most);
  }
}
