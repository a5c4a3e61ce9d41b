package io.slipway.e2e.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** F01, F05, F13, F16: parts are killed with -9 under load, one after another and at random. */
@Tag("faults")
@Order(22)
class KilledPartsIT {
  private static final int RANDOM_KILLS = 8;
  private static final int SHORTEST_REST = 500;
  private static final int JITTER = 5_000;

  /**
   * An agent is killed once: a run that ended two agents is set aside, as it should be, and would
   * not succeed.
   */
  @Test
  void shouldLoseNothingWhenEachPartIsKilledInTurn() throws Exception {
    Stage stage = Stage.shared();
    List<String> parts = new ArrayList<>(Parts.ALL);
    parts.remove(Parts.AGENTS.get(stage.random().nextInt(Parts.AGENTS.size())));
    Collections.shuffle(parts, stage.random());
    System.out.println("faults: killed in turn: " + parts);

    new Trial(stage, "each part killed in turn")
        .of(() -> parts.forEach(stage.parts()::killAndAwait));
  }

  /** Also while others, or they themselves, are still starting. */
  @Test
  void shouldLoseNothingWhenServersAreKilledAtRandom() throws Exception {
    Stage stage = Stage.shared();
    List<String> servers = new ArrayList<>(Parts.ALL);
    servers.removeAll(Parts.AGENTS);

    new Trial(stage, RANDOM_KILLS + " servers killed at random")
        .of(() -> {
          for (int kill = 0; kill < RANDOM_KILLS; kill++) {
            String part = servers.get(stage.random().nextInt(servers.size()));
            if (stage.parts().isRunning(part)) {
              System.out.println("faults: kill " + part);
              stage.parts().kill(part);
            }
            Thread.sleep(SHORTEST_REST + stage.random().nextInt(JITTER));
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"kafka", "postgres"})
  void shouldLoseNothingWhenAServerDoesNotComeBackForLong(String part) throws Exception {
    Stage stage = Stage.shared();

    new Trial(stage, part + " killed whenever it is back, 30 s")
        .of(() -> stage.parts().keepDown(part, Duration.ofSeconds(30)));
  }
}
