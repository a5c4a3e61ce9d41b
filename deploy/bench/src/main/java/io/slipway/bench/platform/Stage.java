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
  private static final long LATER = 250;

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
   * Waits until so many runs after a number are over, with all their logs; looks often only when
   * few are left.
   *
   * @return them; some may be incomplete if the time was over before
   */
  public List<Ledger.Row> awaitComplete(long after, int count, long mostMillis)
      throws SQLException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(mostMillis);
    while (true) {
      Ledger.Counts counts = ledger.counts(REGISTRY, after);
      int left = count - counts.accepted() + counts.open();
      if (left <= 0 || System.nanoTime() > end) {
        List<Ledger.Row> rows = ledger.after(REGISTRY, after);
        if (rows.stream().filter(Ledger.Row::isComplete).count() >= count
            || System.nanoTime() > end) {
          return rows;
        }
      }
      Thread.sleep(left > count / 20 ? LATER : SOON);
    }
  }

  @Override
  public void close() throws SQLException {
    ledger.close();
  }
}
