package io.slipway.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.e2e.Cast;
import io.slipway.e2e.RegistryPeer;
import io.slipway.e2e.RegistryPeer.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A registry with a very large layer and with very many clients, and one of others beside it. */
@Tag("faults")
@Order(19)
class RegistryLoadIT {
  private static final Stage STAGE = Stage.shared();
  private static final String LOADED = "loadedregistry";
  private static final RegistryPeer PEER = new RegistryPeer(STAGE.platform(), LOADED);
  private static final List<Content> LARGE = new ArrayList<>();

  /** Bytes of the large layer: {@code -Dslipway.faults.layer}. */
  private static final long LAYER = Long.getLong("slipway.faults.layer", 5_000_000_000L);

  /** Clients that pull at a time: {@code -Dslipway.faults.pulls}. */
  private static final int PULLS = Integer.getInteger("slipway.faults.pulls", 200);

  private static final long[] IMAGE = {4_000_000, 4_000_000, 2_000_000};

  /**
   * Most memory that the registry may have at any time. Its heap has a limit of 160 MiB; the rest
   * is its code and what is on its way to and from clients.
   */
  private static final long MOST_MIB = 384;

  /** The space would come back with the grace time, which no machine of tests waits for. */
  @AfterAll
  static void makeRoom() throws IOException {
    for (Content layer : LARGE) {
      String hex = layer.digest().substring("sha256:".length());
      Path blobs = STAGE.platform().state().resolve("registry/blobs/sha256");
      Files.delete(blobs.resolve(hex.substring(0, 2)).resolve(hex));
    }
  }

  @Test
  void shouldTakeAndGiveALayerOfGigabytes() throws Exception {
    try (LoadWatch watch = LoadWatch.begin(STAGE, Cast.REGISTRY)) {
      long began = System.nanoTime();
      LARGE.addAll(PEER.push("load/large", "1", LAYER));
      long pushed = System.nanoTime();
      long pulled = PEER.pull("load/large", "1");

      System.out.printf(
          "faults: a layer of %d MB was pushed in %d s and pulled in %d s%n",
          LAYER / 1_000_000, seconds(pushed - began), seconds(System.nanoTime() - pushed));
      assertThat(pulled).isGreaterThan(LAYER);
      watch.judge("a layer of gigabytes", MOST_MIB);
    }
  }

  @Test
  void shouldServeHundredsOfPullsAtATime() throws Exception {
    PEER.push("load/image", "1", IMAGE);
    try (LoadWatch watch = LoadWatch.begin(STAGE, Cast.REGISTRY);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      long began = System.nanoTime();
      List<Future<Long>> pulls = new ArrayList<>();
      for (int i = 0; i < PULLS; i++) {
        pulls.add(clients.submit(() -> PEER.pull("load/image", "1")));
      }
      for (Future<Long> pull : pulls) {
        assertThat(pull.get()).isGreaterThan(10_000_000);
      }

      System.out.printf(
          "faults: %d pulls at a time took %d s%n", PULLS, seconds(System.nanoTime() - began));
      watch.judge(PULLS + " pulls at a time", MOST_MIB);
    }
  }

  private static long seconds(long nanos) {
    return Math.round(nanos / 1e9);
  }
}
