package io.slipway.bench.platform;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A platform with a registry, a task and an open ledger.
 *
 * @param platform the platform
 * @param api its management API
 * @param ledger its ledger
 */
public record Stage(BenchPlatform platform, Api api, Ledger ledger) implements AutoCloseable {
  /** Registry of the task. */
  public static final String REGISTRY = "benchruns";

  /** Registry that the task's identity may pull from, as in the article. */
  public static final String BASE = "benchbase";

  /** The task. */
  public static final String TASK = "nothing";

  /** Settings of agents that start no container, which only those of a benchmark may have. */
  public static final Map<String, String> NOTHING =
      Map.of("slipway.agent.executor", "nothing", "slipway.agent.benchmark", "true");

  private static final long SOON = 25;
  private static final long LATER = 2_000;

  /** Puts registries, task and image there. */
  public static void set(BenchPlatform platform, boolean container)
      throws IOException, InterruptedException {
    Api api = new Api(platform);
    api.registry(REGISTRY);
    String loginServer = api.registry(BASE);
    if (container) {
      platform.shellImage(BASE);
    }
    String yaml = "version: v1.1.0\nsteps:\n  - cmd: %s/base/shell:1 true\n".formatted(loginServer);
    api.task(REGISTRY, TASK, yaml, BASE, loginServer);
  }

  /** Opens a platform that is up. */
  public static Stage open(BenchPlatform platform) throws SQLException {
    return new Stage(platform, new Api(platform), Ledger.open(platform));
  }

  /**
   * Waits until so many runs after a number are over, with all their logs. It looks again when half
   * of what is left should be over, since a look costs the database more the more runs there are.
   *
   * @return them; some may be incomplete if the time was over before
   */
  public List<Ledger.Row> awaitComplete(long after, int count, long mostMillis)
      throws SQLException, InterruptedException {
    long begin = System.nanoTime();
    long end = begin + TimeUnit.MILLISECONDS.toNanos(mostMillis);
    int leftFirst = 0;
    while (true) {
      Ledger.Counts counts = ledger.counts(REGISTRY, after);
      int left = count - counts.accepted() + counts.open();
      leftFirst = Math.max(left, leftFirst);
      if (left <= 0 || System.nanoTime() > end) {
        List<Ledger.Row> rows = ledger.after(REGISTRY, after);
        if (rows.stream().filter(Ledger.Row::isComplete).count() >= count
            || System.nanoTime() > end) {
          return rows;
        }
      }
      long taken = (System.nanoTime() - begin) / 1_000_000;
      long wanted = taken * left / Math.max(1, leftFirst - left) / 2;
      Thread.sleep(
          Math.clamp(Math.min(wanted, (end - System.nanoTime()) / 1_000_000), SOON, LATER));
    }
  }

  @Override
  public void close() throws SQLException {
    ledger.close();
  }
}
