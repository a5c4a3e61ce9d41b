package io.slipway.bench.runs;

import io.slipway.bench.platform.BenchPlatform;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/**
 * What this machine gives at most, in runs a second, on the PostgreSQL and Kafka of the platform.
 *
 * @param oneByOne L1: three committed writes of a row and four acknowledged events per run
 * @param millis processor time of one such run, in ms
 * @param batched L2: the same for 20 runs at a time
 * @param processes L3: a process started per run
 */
record MachineLimits(double oneByOne, double millis, double batched, double processes) {
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  /**
   * Measures all three while the platform is idle.
   *
   * @param millis time for each, after half as long to warm up
   */
  static MachineLimits measure(BenchPlatform platform, long millis)
      throws IOException, SQLException, InterruptedException {
    try (LimitWork work = LimitWork.prepare(platform)) {
      LimitWork.Rate one = work.measure(1, 8 * PROCESSORS, millis);
      LimitWork.Rate batched = work.measure(LimitWork.BATCH, 2 * PROCESSORS, millis);
      return new MachineLimits(one.perSecond(), one.millis(), batched.perSecond(), starts(millis));
    }
  }

  private static double starts(long millis) throws InterruptedException {
    Workers workers = new Workers(PROCESSORS * 2);
    Workers.Work start = worker -> new ProcessBuilder("true").start().waitFor();
    workers.repeat(TimeUnit.MILLISECONDS.toNanos(millis / 2), start);
    long done = workers.repeat(TimeUnit.MILLISECONDS.toNanos(millis), start);
    return done / workers.seconds();
  }
}
