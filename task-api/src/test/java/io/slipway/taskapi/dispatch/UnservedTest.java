package io.slipway.taskapi.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UnservedTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Lane LANE = new Lane("default", "windows", "amd64");
  private static final Agents LINUX =
      new Agents(List.of(new Agents.Capacity("default", "linux/amd64", 2, 2)));
  private static final Agents WINDOWS =
      new Agents(List.of(new Agents.Capacity("default", "windows/amd64", 2, 2)));

  private final Unserved unserved = new Unserved(Duration.ofMinutes(1));

  @Test
  void shouldNameALaneThatHadNoAgentForTheLimit() {
    assertThat(see(LINUX, 0)).isEmpty();
    assertThat(see(Agents.NONE, 30)).isEmpty();
    assertThat(see(LINUX, 59)).isEmpty();
    assertThat(see(LINUX, 60)).containsExactly(LANE);
  }

  @Test
  void shouldBeginAnewWhenAnAgentCame() {
    see(LINUX, 0);
    see(WINDOWS, 30);
    assertThat(see(LINUX, 60)).isEmpty();
    assertThat(see(LINUX, 90)).isEmpty();
    assertThat(see(LINUX, 120)).containsExactly(LANE);
  }

  /** While the ledger is away no heartbeat arrives: that is not the fault of the agents. */
  @Test
  void shouldBeginAnewAfterAGap() {
    see(LINUX, 0);
    assertThat(see(LINUX, 600)).isEmpty();
    assertThat(see(LINUX, 630)).isEmpty();
    assertThat(see(LINUX, 660)).containsExactly(LANE);
  }

  private Set<Lane> see(Agents agents, int seconds) {
    return unserved.see(Set.of(LANE), agents, NOW.plusSeconds(seconds));
  }
}
