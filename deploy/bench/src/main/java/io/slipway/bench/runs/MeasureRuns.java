package io.slipway.bench.runs;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.bench.measure.Aim;
import io.slipway.bench.measure.Percentiles;
import io.slipway.bench.measure.ProcessMemory;
import io.slipway.bench.measure.Progress;
import io.slipway.bench.measure.Report;
import io.slipway.bench.measure.Turns;
import io.slipway.bench.platform.BenchPlatform;
import io.slipway.bench.platform.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Measures runs with several numbers of agents on one platform. */
final class MeasureRuns {
  private static final long WARM_UP_MILLIS = 20_000;
  private static final int WARM_UP_PIECE = 50;
  private static final int MOST_WARM_UPS = 20;

  /**
   * For each agent, since each has compilers of its own: they count calls, not seconds, and with
   * real containers there are few in a second. Who measures a few runs alone has no more of them.
   */
  private static final int LEAST_WARM_UP_RUNS = 4000;

  private static final double STILL_WARMING_UP = 0.97;
  private static final int IDLE_RUNS = 60;

  private final BenchPlatform platform;
  private final Report report;
  private final Plan plan;
  private final Map<Integer, Double> rates = new TreeMap<>();
  private @Nullable Statements statements;

  /**
   * How much is measured.
   *
   * @param runs most runs of a turn
   * @param mostMillis most time of a turn
   * @param limitMillis how long each limit of the machine is measured
   * @param connections of the client
   * @param delays whether delays are measured, too
   * @param containers whether each run starts one
   * @param stepMillis how long the one step of a run takes
   * @param profile parts to profile
   */
  record Plan(
      int runs,
      int turns,
      long mostMillis,
      long limitMillis,
      int connections,
      boolean delays,
      boolean containers,
      int stepMillis,
      List<String> profile) {}

  MeasureRuns(BenchPlatform platform, Report report, Plan plan) {
    this.platform = platform;
    this.report = report;
    this.plan = plan;
  }

  /** Has the next start of the platform count PostgreSQL's statements, if they are wanted. */
  void prepareProfile() throws SQLException {
    if (plan.profile().contains("postgres")) {
      statements = Statements.prepare(platform);
    }
  }

  /** Measures with the agents that are up. */
  void with(int agents, String in)
      throws IOException, SQLException, InterruptedException, ExecutionException {
    String group = agents + (agents == 1 ? " agent, " : " agents, ") + in;
    try (Stage stage = Stage.open(platform);
        Load load = Load.open(stage, in, plan.connections())) {
      Progress.say(group + ": warm-up of the platform");
      warmUp(Math.min(agents * LEAST_WARM_UP_RUNS, 2 * plan.runs()), stage, load);
      Progress.say(group + ": warm-up of the limits of this machine");
      MachineLimits unused = MachineLimits.measure(platform, plan.limitMillis());
      List<MachineLimits> limits = new ArrayList<>();
      List<Throughput> turns = new ArrayList<>();
      for (int turn = 1; turn <= plan.turns(); turn++) {
        String place = group + ": turn " + turn + " of " + plan.turns() + ", ";
        Progress.say(place + "limits of this machine");
        limits.add(MachineLimits.measure(platform, plan.limitMillis()));
        Progress.say(place + plan.runs() + " runs");
        boolean profiled = turn == plan.turns() && !plan.profile().isEmpty();
        turns.add(profiled ? profiled(stage, load) : turn(stage, load));
      }
      double best = rates(group, turns, limits);
      rates.merge(agents, best, Math::max);
      costs(group, turns.getLast(), limits.getLast());
      if (plan.containers()) {
        Progress.say(group + ": bare containers");
        containers(group, turns.getLast(), bundle(stage, load));
      }
      if (plan.delays()) {
        Progress.say(group + ": delays when idle, at half load, at 90 %, after twice the load");
        delays(group, new Delays(stage, load), best);
      }
    }
  }

  /**
   * In small pieces first, so that a slow platform has no backlog left when the first turn begins.
   * Then in turns of a fixed time that do not count, until two in a row cost no less than the ones
   * before, and there were many runs: who has many has compilers that are done, and so have the
   * limits' measurements.
   */
  private void warmUp(int leastRuns, Stage stage, Load load)
      throws SQLException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WARM_UP_MILLIS);
    int piece = Math.min(plan.runs(), WARM_UP_PIECE);
    for (int done = 0; done < plan.runs() / 2 && System.nanoTime() < end; done += piece) {
      Throughput.measure(stage, load, piece, WARM_UP_MILLIS);
    }
    Throughput last =
        Throughput.measure(stage, load, Math.max(1, plan.runs() / 10), plan.mostMillis());
    double least = Double.MAX_VALUE;
    int noLess = 0;
    int done = 0;
    for (int turns = 0; turns < MOST_WARM_UPS && (noLess < 2 || done < leastRuns); turns++) {
      double runs = last.perSecond() * WARM_UP_MILLIS / 1000;
      last =
          Throughput.measure(
              stage, load, (int) Math.clamp(runs, 1, plan.runs() * 10.0), plan.mostMillis());
      done += last.complete();
      double cost = last.millisPerRun("");
      Progress.say("warm-up: %.2f ms of processor time a run".formatted(cost));
      noLess = cost > least * STILL_WARMING_UP ? noLess + 1 : 0;
      least = Math.min(least, cost);
    }
  }

  private Throughput turn(Stage stage, Load load) throws SQLException, InterruptedException {
    return Throughput.measure(stage, load, plan.runs(), plan.mostMillis());
  }

  private Throughput profiled(Stage stage, Load load)
      throws IOException, SQLException, InterruptedException {
    List<Profile> profiles = new ArrayList<>();
    for (String part : plan.profile()) {
      if (!part.equals("postgres")) {
        profiles.add(Profile.start(platform, part));
      }
    }
    if (statements != null) {
      statements.start();
    }
    Throughput measured = turn(stage, load);
    if (statements != null) {
      System.out.print(statements.stop(measured.complete()));
    }
    Path folder = Files.createTempDirectory("slipway-bench-profile");
    for (Profile profile : profiles) {
      System.out.print(profile.stop(folder));
    }
    return measured;
  }

  private double rates(String group, List<Throughput> turns, List<MachineLimits> limits) {
    Turns one = turns(turns, limits, MachineLimits::oneByOne);
    Turns batched = turns(turns, limits, MachineLimits::batched);
    Turns processes = turns(turns, limits, MachineLimits::processes);
    report.add(group, "complete runs", one.figure(), "/s");
    report.add(group, "L1, one by one", one.limit(), "/s");
    report.add(group, "L2, in batches of 20", batched.limit(), "/s");
    report.add(group, "L3, a process per run", processes.limit(), "/s");
    report.add(group, "runs to L1", one.ratio(), "", Aim.atLeast("must", 0.4));
    report.add(group, "runs to L2", batched.ratio(), "", Aim.atLeast("goal", 0.25));
    report.add(group, "runs to L3", processes.ratio(), "");
    double drift = Math.max(one.drift(), batched.drift());
    report.add(
        group,
        "drift of the limits",
        drift,
        drift > Turns.MOST_DRIFT ? "VOID" : "",
        Aim.atMost("valid", Turns.MOST_DRIFT));
    Throughput last = turns.getLast();
    report.add(group, "accepted requests", last.acceptedPerSecond(), "/s");
    report.add(group, "requests told to come back later", last.refused(), "");
    report.add(group, "runs that did not succeed", last.complete() - last.succeeded(), "");
    report.add(group, "runs that were not complete in time", last.incomplete(), "");
    return one.figure();
  }

  private static Turns turns(
      List<Throughput> turns, List<MachineLimits> limits, ToDoubleFunction<MachineLimits> limit) {
    return new Turns(
        turns.stream().map(Throughput::perSecond).toList(),
        limits.stream().map(limit::applyAsDouble).toList());
  }

  /** Unlike rates, processor times stay nearly the same when others use the machine, too. */
  private void costs(String group, Throughput turn, MachineLimits limits) {
    turn.millisPerRun()
        .forEach((part, millis) -> report.add(group, "processor time, " + part, millis, "ms/run"));
    report.add(group, "processor time, whole platform", turn.millisPerRun(""), "ms/run");
    report.add(group, "processor time, L1 with its client", limits.millis(), "ms/run");
    platform
        .memory()
        .forEach((part, memory) ->
            report.add(group, "memory, " + part, memory.proportional() / 1024.0, "MiB"));
    ProcessMemory all =
        platform.memory().values().stream().reduce(ProcessMemory.NONE, ProcessMemory::plus);
    report.add(
        group,
        "memory, whole platform",
        all.proportional() / 1024.0,
        "MiB",
        Aim.atMost("must", 2048));
  }

  private void containers(String group, Throughput turn, JsonNode agents)
      throws IOException, InterruptedException {
    double each = turn.millisPerRun("run-agent-");
    BareContainers.Cost bare = BareContainers.measure(agents);
    report.add(group, "processor time, agents with containers", each, "ms/run");
    report.add(group, "processor time, bare runc run of the same", bare.same(), "ms/run");
    report.add(group, "agents to bare runc run", each / bare.same(), "", Aim.atMost("must", 1.3));
    report.add(group, "processor time, runc run of runc spec", bare.plain(), "ms/run");
  }

  /** A container as the agents make it, while one is warming up. */
  private JsonNode bundle(Stage stage, Load load)
      throws IOException, SQLException, InterruptedException {
    var seen =
        CompletableFuture.supplyAsync(() -> {
          try {
            return AgentBundle.await(platform.state().root());
          } catch (IOException failed) {
            throw new UncheckedIOException(failed);
          } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
          }
        });
    Throughput.measure(stage, load, WARM_UP_PIECE, WARM_UP_MILLIS);
    return seen.join();
  }

  private void delays(String group, Delays delays, double best)
      throws IOException, SQLException, InterruptedException, ExecutionException {
    Delays.Idle idle = delays.idle(IDLE_RUNS);
    String start = "schedule to start, ";
    report.add(
        group,
        start + "idle p50",
        idle.start().at(50),
        "ms",
        Aim.atMost("must", 15),
        Aim.atMost("goal", 8));
    report.add(
        group,
        start + "idle p99",
        idle.start().at(99),
        "ms",
        Aim.atMost("must", 100),
        Aim.atMost("goal", 40));
    if (idle.whole().count() > 0) {
      double bound = 30 + plan.stepMillis();
      report.add(group, "a whole run p50", idle.whole().at(50), "ms", Aim.atMost("must", bound));
      report.add(group, "a whole run p99", idle.whole().at(99), "ms");
    }
    Percentiles half = delays.at(best / 2);
    report.add(group, start + "half load p50", half.at(50), "ms");
    report.add(group, start + "half load p99", half.at(99), "ms", Aim.atMost("goal", 150));
    Percentiles busy = delays.at(best * 0.9);
    report.add(group, start + "90 % load p50", busy.at(50), "ms");
    report.add(group, start + "90 % load p99", busy.at(99), "ms");
    report.add(
        group,
        "way back from twice the load",
        delays.back(best, Math.max(150, half.at(50) * 2)),
        "s");
  }

  /** What more agents bring, if several numbers were measured. */
  void compareAgents() {
    if (rates.size() < 2) {
      return;
    }
    double best = rates.values().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    double least = rates.values().stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    if (plan.stepMillis() == 0) {
      report.add(
          "all numbers of agents",
          "least rate to the best",
          least / best,
          "",
          Aim.atLeast("goal", 0.95));
    } else if (rates.containsKey(1) && rates.containsKey(8)) {
      report.add(
          "all numbers of agents",
          "eight agents to one",
          rates.get(8) / rates.get(1),
          "",
          Aim.atLeast("goal", 7.2));
    }
  }
}
