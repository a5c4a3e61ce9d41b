package io.slipway.bench.runs;

import io.slipway.bench.measure.Progress;
import io.slipway.bench.measure.Report;
import io.slipway.bench.platform.BenchPlatform;
import io.slipway.bench.platform.OwnPlatform;
import io.slipway.bench.platform.Stage;
import io.slipway.local.state.Ports;
import java.io.IOException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a second, their delays and their cost, beside what this machine gives at most. */
@Command(
    name = "runs",
    mixinStandardHelpOptions = true,
    description = {
      "Runs of a task that does nothing on a platform of its own: complete runs a second, delays"
          + " and processor time, as ratios to the limits of this machine:",
      "  L1  three committed writes and four acknowledged events per run, one by one",
      "  L2  the same for 20 runs at a time",
      "  L3  a process started per run"
    })
public final class RunsBench implements Callable<Integer> {
  private static final String SLOTS_OF_NOTHING = "128";

  @Spec private CommandSpec spec;

  @Option(
      names = "--agents",
      split = ",",
      defaultValue = "1",
      description = "Numbers of agents to measure, 1 to 12 each (${DEFAULT-VALUE}).")
  private List<Integer> agents = List.of();

  @Option(
      names = "--runs",
      defaultValue = "2000",
      description = "Most runs of a turn (${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--in",
      split = ",",
      defaultValue = "http",
      description = "How runs are asked for: http, events (${DEFAULT-VALUE}).")
  private List<String> in = List.of();

  @Option(
      names = "--executor",
      defaultValue = "nothing",
      description = {
        "nothing: the agents do all but start containers; container: each run starts one"
            + " (${DEFAULT-VALUE})."
      })
  private String executor = "";

  @Option(
      names = "--step-millis",
      defaultValue = "0",
      description = "How long the one step takes with the executor nothing (${DEFAULT-VALUE}).")
  private int stepMillis;

  @Option(
      names = "--slots",
      description = {
        "Runs that each agent executes at a time (with containers what a platform has unless it"
            + " is told otherwise, else 128). A run of nothing mostly waits for the services: with"
            + " few slots the delays are measured, not what the platform can do."
      })
  private @Nullable Integer slots;

  @Option(
      names = "--connections",
      defaultValue = "128",
      description = "HTTP connections of the client (${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--turns",
      defaultValue = "3",
      description = "Turns, of which the median counts (${DEFAULT-VALUE}).")
  private int turns;

  @Option(
      names = "--most-seconds",
      defaultValue = "60",
      description = "Most time of a turn, however few runs are complete (${DEFAULT-VALUE}).")
  private int mostSeconds;

  @Option(
      names = "--limit-seconds",
      defaultValue = "5",
      description = "How long each limit of the machine is measured (${DEFAULT-VALUE}).")
  private int limitSeconds;

  @Option(
      names = "--delays",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Whether delays are measured, too (${DEFAULT-VALUE}).")
  private boolean delays;

  @Option(
      names = "--profile",
      split = ",",
      paramLabel = "PART",
      description =
          "Prints where these parts spend their time in the last turn: task-api,"
              + " identity-service, credential-broker, run-agent-1, kafka; for postgres its"
              + " statements.")
  private List<String> profile = List.of();

  @Mixin private final OwnPlatform own = new OwnPlatform();

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException, ExecutionException {
    check();
    Report report = new Report();
    boolean container = executor.equals("container");
    try (BenchPlatform platform = own.prepare()) {
      platform.settings("run-agent", agentSettings(container));
      Progress.say("start of a platform of its own");
      platform.up(agents.getFirst());
      Stage.set(platform, container);
      MeasureRuns measure =
          new MeasureRuns(
              platform,
              report,
              new MeasureRuns.Plan(
                  runs,
                  turns,
                  mostSeconds * 1000L,
                  limitSeconds * 1000L,
                  connections,
                  delays,
                  container,
                  stepMillis,
                  profile));
      for (int i = 0; i < agents.size(); i++) {
        if (i > 0 || profile.contains("postgres")) {
          Progress.say("start with " + agents.get(i) + " agents");
          measure.prepareProfile();
          platform.up(agents.get(i));
        }
        for (String way : in) {
          measure.with(agents.get(i), way);
        }
      }
      measure.compareAgents();
    }
    own.write(
        report,
        Map.of(
            "executor", executor,
            "runs", Integer.toString(runs),
            "step-millis", Integer.toString(stepMillis)));
    return 0;
  }

  private Map<String, String> agentSettings(boolean container) {
    Map<String, String> settings = new HashMap<>();
    if (slots != null) {
      settings.put("slipway.agent.slots", slots.toString());
    }
    if (!container) {
      settings.putIfAbsent("slipway.agent.slots", SLOTS_OF_NOTHING);
      settings.putAll(Stage.NOTHING);
      settings.put("slipway.agent.nothing-millis", Integer.toString(stepMillis));
    }
    return settings;
  }

  private void check() {
    for (String way : in) {
      require(List.of("http", "events").contains(way), "--in takes http and events, not " + way);
    }
    require(
        List.of("nothing", "container").contains(executor),
        "--executor takes nothing or container, not " + executor);
    require(
        agents.stream().allMatch(number -> number >= 1 && number <= Ports.MOST_AGENTS),
        "--agents takes 1 to " + Ports.MOST_AGENTS + " each");
    require(runs >= 1, "--runs must be at least 1");
    require(turns >= 1, "--turns must be at least 1");
    require(slots == null || slots >= 1, "--slots must be at least 1");
    require(connections >= 1, "--connections must be at least 1");
    require(limitSeconds >= 1, "--limit-seconds must be at least 1");
    require(mostSeconds >= 1, "--most-seconds must be at least 1");
    require(stepMillis >= 0, "--step-millis must not be negative");
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }
}
