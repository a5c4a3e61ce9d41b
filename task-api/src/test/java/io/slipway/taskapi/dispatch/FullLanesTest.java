package io.slipway.taskapi.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FullLanesTest {
  private static final Lane ONE = new Lane("default", "Linux", "amd64");
  private static final Lane OTHER = new Lane("default", "Linux", "arm64");
  private final FullLanes lanes = new FullLanes();

  @Test
  void shouldAskForALookUntilOneFoundTheLanesFull() {
    assertThat(lanes.areFull(List.of(ONE))).isFalse();
    assertThat(lanes.left(1)).isTrue();

    lanes.begin();
    lanes.found(Set.of(ONE), 3);

    assertThat(lanes.areFull(List.of(ONE, ONE))).isTrue();
    assertThat(lanes.areFull(List.of(ONE, OTHER))).isFalse();
    assertThat(lanes.isDue()).isFalse();
  }

  @Test
  void shouldAskForALookWhenEnoughRunsHaveLeft() {
    lanes.begin();
    lanes.found(Set.of(ONE), 3);

    assertThat(lanes.left(2)).isFalse();
    assertThat(lanes.left(1)).isTrue();
    assertThat(lanes.isDue()).isTrue();

    lanes.begin();
    assertThat(lanes.left(2)).isFalse();
  }

  /** They may have left after the look had counted. */
  @Test
  void shouldCountWhatLeftDuringTheLook() {
    lanes.begin();
    lanes.left(2);
    lanes.found(Set.of(ONE), 2);

    assertThat(lanes.isDue()).isTrue();
  }
}
