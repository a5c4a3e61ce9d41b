package io.slipway.bench.logs;

import io.slipway.bench.measure.Aim;
import io.slipway.bench.measure.Percentiles;
import io.slipway.bench.measure.ProcessMemory;
import io.slipway.bench.measure.Report;
import io.slipway.bench.platform.Api;
import io.slipway.bench.platform.BenchPlatform;
import io.slipway.bench.platform.OwnPlatform;
import io.slipway.bench.platform.Stage;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How soon readers have what a step prints, and how much it may print. */
@Command(
    name = "logs",
    mixinStandardHelpOptions = true,
    description =
        "Logs of containers on a platform of its own: from a printed line to one reader and to"
            + " many, with a reader that takes nothing, and as much as a step can print.")
public final class LogsBench implements Callable<Integer> {
  private static final String AGENT = "run-agent-1";

  /** Lines that say when they were printed, twenty a second. */
  private static final String LINES =
      "sh -c \"timeout %d sh -c 'while sleep 0.05; do date +at_%%s.%%N; done'; true\"";

  /** The same between long lines, about 250 KB a second. */
  private static final String LONG_LINES =
      "sh -c \"timeout %d sh -c 'while sleep 0.05; do seq -s- 3000; date +at_%%s.%%N; done';"
          + " true\"";

  private static final String FLOOD = "sh -c \"yes " + "x".repeat(99) + " | head -c %d000000\"";

  @Option(
      names = "--seconds",
      defaultValue = "15",
      description = "How long lines are printed each time (${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--readers",
      defaultValue = "100",
      description = "How many many readers are (${DEFAULT-VALUE}).")
  private int readers;

  @Option(
      names = "--megabytes",
      defaultValue = "200",
      description = "Size of the log that is printed as fast as it goes (${DEFAULT-VALUE}).")
  private int megabytes;

  @Mixin private final OwnPlatform own = new OwnPlatform();

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    Report report = new Report();
    try (BenchPlatform platform = own.prepare()) {
      platform.settings(
          "run-agent", Map.of("slipway.agent.log-limit", Long.toString(megabytes * 2_000_000L)));
      platform.up(1);
      Api api = new Api(platform);
      api.registry(Stage.REGISTRY);
      String baseServer = api.registry(Stage.BASE);
      platform.shellImage(Stage.BASE);
      try (Stage stage = Stage.open(platform)) {
        PrintedLog log = new PrintedLog(stage, baseServer);
        // The first run fetches the image and warms everything up.
        log.delays(log.start(LINES.formatted(3)), 1);
        lines(report, log);
        slowReader(report, log, platform.ports().taskApi());
        flood(report, log, platform);
      }
    }
    own.write(report, Map.of());
    return 0;
  }

  private void lines(Report report, PrintedLog log)
      throws IOException, SQLException, InterruptedException {
    for (int count : new int[] {1, readers}) {
      Percentiles delays = log.delays(log.start(LINES.formatted(seconds)), count);
      String group = "from a printed line to " + count + (count == 1 ? " reader" : " readers");
      report.add(group, "lines seen", delays.count(), "");
      report.add(group, "p50", delays.at(50), "ms", Aim.atMost("goal", 50));
      report.add(group, "p99", delays.at(99), "ms", Aim.atMost("goal", 250));
    }
  }

  private void slowReader(Report report, PrintedLog log, int port)
      throws IOException, SQLException, InterruptedException {
    String group = "ten readers of long lines";
    Percentiles alone = log.delays(log.start(LONG_LINES.formatted(seconds)), 10);
    report.add(group, "p99", alone.at(99), "ms");
    String run = log.start(LONG_LINES.formatted(seconds));
    try (SlowReader ignored = new SlowReader(port, log.stream(run))) {
      Percentiles beside = log.delays(run, 10);
      report.add(group, "p99 beside one that takes nothing", beside.at(99), "ms");
      report.add(group, "slower by", beside.at(99) / alone.at(99), "", Aim.atMost("goal", 1.5));
    }
  }

  private void flood(Report report, PrintedLog log, BenchPlatform platform)
      throws IOException, SQLException, InterruptedException {
    long before = ProcessMemory.of(platform.process(AGENT)).resident();
    AtomicLong most = new AtomicLong(before);
    AtomicBoolean over = new AtomicBoolean();
    ProcessHandle agent = platform.process(AGENT);
    Thread watch =
        Thread.ofPlatform()
            .start(() -> {
              while (!over.get()) {
                most.accumulateAndGet(ProcessMemory.of(agent).resident(), Math::max);
                sleep();
              }
            });
    Duration taken;
    try {
      Instant started = log.awaitComplete(log.start(FLOOD.formatted(megabytes))).started();
      taken = Duration.between(Objects.requireNonNull(started), Instant.now());
    } finally {
      over.set(true);
      watch.join();
    }
    String group = megabytes + " MB as fast as a step can print";
    report.add(
        group, "stored", megabytes * 1000.0 / taken.toMillis(), "MB/s", Aim.atLeast("goal", 50));
    report.add(group, "agent's memory before", before / 1024.0, "MiB");
    report.add(group, "agent's memory at most", most.get() / 1024.0, "MiB");
  }

  private static void sleep() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
