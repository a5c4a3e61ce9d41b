package io.slipway.taskapi.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskapi.dispatch.Agents.Capacity;
import io.slipway.taskapi.dispatch.Agents.Service;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgentsTest {
  private static final Lane LINUX = new Lane("default", "linux", "amd64");
  private static final Lane WINDOWS = new Lane("default", "windows", "amd64");

  @Test
  void shouldTellHowALaneIsServed() {
    Agents agents =
        new Agents(
            List.of(new Capacity("default", "linux/amd64", 8, 0), new Capacity("big", null, 2, 1)));

    assertThat(agents.service(LINUX)).isEqualTo(Service.SERVED);
    assertThat(agents.service(new Lane("default", "linux", "arm64"))).isEqualTo(Service.SERVED);
    assertThat(agents.service(WINDOWS)).isEqualTo(Service.OTHER_PLATFORM);
    assertThat(agents.service(new Lane("none", "linux", "amd64"))).isEqualTo(Service.NO_AGENT);
    assertThat(agents.service(new Lane("big", "windows", "amd64"))).isEqualTo(Service.SERVED);
    assertThat(agents.slots(LINUX)).isEqualTo(8);
    assertThat(agents.anyIdle(LINUX)).isFalse();
  }

  @Test
  void shouldKeepAWindowThatLastsForHalfASecond() {
    assertThat(Window.size(16, 0, 0)).as("no agent is known").isEqualTo(16);
    assertThat(Window.size(16, 4, 0)).as("a run for each slot").isEqualTo(4);
    assertThat(Window.size(16, 4, 8)).isEqualTo(4);
    assertThat(Window.size(16, 4, 20)).isEqualTo(10);
    assertThat(Window.size(16, 4, 1_000)).isEqualTo(16);
    assertThat(Window.size(16, 100, 0)).isEqualTo(100);
  }

  @Test
  void shouldCountTheRunsOfTheLastSecond() {
    LaneRates rates = new LaneRates();
    long second = 1_000_000_000L;
    rates.went(WINDOWS, 5, -second);
    rates.went(WINDOWS, 2, -second / 2);

    assertThat(rates.perSecond(WINDOWS, -1)).isEqualTo(7);
    assertThat(rates.perSecond(WINDOWS, second / 2)).isEqualTo(7);
    rates.went(WINDOWS, 9, second - 1);
    assertThat(rates.perSecond(WINDOWS, second - 1)).isEqualTo(9);
    assertThat(rates.perSecond(WINDOWS, 2 * second)).isZero();
  }

  @Test
  void shouldRefillAWindowWhenAQuarterHasLeft() {
    assertThat(Window.room(16, 16, false)).isZero();
    assertThat(Window.room(16, 13, false)).isZero();
    assertThat(Window.room(16, 12, false)).isEqualTo(4);
    assertThat(Window.room(16, 0, false)).isEqualTo(16);
    assertThat(Window.room(1, 0, false)).isEqualTo(1);
    assertThat(Window.room(16, 15, true)).isEqualTo(1);
    assertThat(Window.room(16, 20, true)).isZero();
  }
}
