package io.slipway.bench;

import io.slipway.bench.build.Contestant;
import io.slipway.bench.build.Field;
import io.slipway.bench.build.StoreDisk;
import io.slipway.bench.measure.Samples;
import io.slipway.demo.DemoBase;
import io.slipway.infra.Peers;
import io.slipway.infra.RegistryProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Builds and pushes the same images with every engine that the machine has, in turn. */
@Command(
    name = "build",
    mixinStandardHelpOptions = true,
    description = {
      "Builds the demo's application, and one without RUN, with the built-in engine and whatever of"
          + " docker, buildah and podman runs here, cold and warm, and prints medians and ratios.",
      "cold: the engine has no images and no cache; warm: the same context again to another tag."
          + " Each engine builds --warm-up times before that, uncounted."
    })
final class BuildBench implements Callable<Integer> {
  private static final String BASE = "baseimages/node:15-alpine";
  private static final String BASELINE = "docker (BuildKit)";
  private static final double COLD_GOAL = 0.6;
  private static final double WARM_GOAL = 0.3;

  /** Beside the faster one of today's BuildKit and buildah. */
  private static final double PEERS_COLD_GOAL = 0.5;

  private static final double PEERS_WARM_GOAL = 0.15;

  @Option(names = "--root", hidden = true, description = "Folder of the project.")
  private Path root = Path.of(System.getProperty("slipway.root", ".")).toAbsolutePath().normalize();

  @Option(names = "--rounds", defaultValue = "5", description = "Rounds (${DEFAULT-VALUE}).")
  private int rounds;

  @Option(names = "--without-run-only", description = "Measures only the Dockerfile without RUN.")
  private boolean withoutRunOnly;

  @Option(
      names = "--peers",
      description =
          "Measures beside BuildKit and buildah of a newer Debian in this folder, and no others.")
  private @Nullable Path peers;

  @Option(
      names = "--warm-up",
      defaultValue = "20",
      description = "Builds of each engine before the first that counts (${DEFAULT-VALUE}).")
  private int warmUp;

  /** Times of one engine with one work. */
  private record Times(Samples cold, Samples warm) {}

  @Override
  public Integer call() throws Exception {
    if (!RegistryProcess.isInstalled()) {
      System.err.println("bench build pushes to docker-registry: apt-get install docker-registry");
      return 1;
    }
    Optional<String> obstacle = peers == null ? Optional.empty() : Peers.obstacle(peers);
    if (obstacle.isPresent()) {
      System.err.println("bench build --peers: " + obstacle.get());
      return 1;
    }
    try (StoreDisk disk = StoreDisk.open(System.out::println);
        RegistryProcess registry = RegistryProcess.start(disk.folder().resolve("registry"))) {
      Path folder = disk.folder();
      DemoBase.push(
          Files.createDirectories(root.resolve("target/bench-base")),
          registry.loginServer(),
          BASE,
          System.out::println);
      List<Contestant.Work> works = works(folder, registry.loginServer());
      try (Field field =
          peers == null
              ? Field.open(root, folder, works.getFirst(), System.out::println)
              : Field.withPeers(peers.toAbsolutePath(), folder, works.getFirst())) {
        for (Contestant.Work work : works) {
          print(work, measure(field.contestants(), work));
        }
      }
      return 0;
    }
  }

  private List<Contestant.Work> works(Path folder, String registry) throws IOException {
    Path sample = root.resolve("deploy/demo/samples/helloworld-node");
    Path withRun = sample.resolve("Dockerfile-app");
    Path without = folder.resolve("Dockerfile-without-run");
    List<String> lines =
        Files.readAllLines(withRun).stream().filter(line -> !line.startsWith("RUN")).toList();
    Files.write(without, lines);
    Contestant.Work application =
        new Contestant.Work("the demo's application", sample, withRun, registry);
    Contestant.Work other = new Contestant.Work("the same without RUN", sample, without, registry);
    return withoutRunOnly ? List.of(other) : List.of(application, other);
  }

  private Map<String, Times> measure(List<Contestant> contestants, Contestant.Work work)
      throws IOException, InterruptedException {
    Map<String, Times> times = new LinkedHashMap<>();
    List<Contestant> order = new ArrayList<>(contestants);
    // All of them as they are on a machine that builds all day, not in their first minute.
    for (Contestant contestant : order) {
      for (int build = 0; build < warmUp; build++) {
        double unused =
            seconds(contestant, work, target(contestant, work, "warm-up") + ":" + build);
      }
    }
    // The first round warms the machine's page cache and is not counted.
    for (int round = 0; round <= rounds; round++) {
      for (Contestant contestant : order) {
        contestant.wipe();
        String target = target(contestant, work, String.valueOf(round));
        double cold = seconds(contestant, work, target + ":cold");
        double warm = seconds(contestant, work, target + ":warm");
        if (round > 0) {
          Times all =
              times.computeIfAbsent(
                  contestant.name(), name -> new Times(new Samples(), new Samples()));
          all.cold().add(cold);
          all.warm().add(warm);
        }
      }
      Collections.rotate(order, 1);
    }
    return times;
  }

  private static String target(Contestant contestant, Contestant.Work work, String round) {
    return "%s/bench/%s-%s-%s"
        .formatted(
            work.registry(),
            contestant.repository(),
            round,
            Integer.toHexString(work.name().hashCode()));
  }

  private static double seconds(Contestant contestant, Contestant.Work work, String target)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    contestant.buildAndPush(work, target);
    return (System.nanoTime() - begin) / 1e9;
  }

  private void print(Contestant.Work work, Map<String, Times> times) {
    System.out.printf(
        "%n%s: build and push, seconds, median [range] of %d rounds after %d builds%n",
        work.name(), rounds, warmUp);
    System.out.printf("  %-20s %-24s %-24s%n", "", "cold", "warm");
    times.forEach((name, each) ->
        System.out.printf("  %-20s %-24s %-24s%n", name, each.cold().text(), each.warm().text()));
    Times own = times.get("builtin");
    times.forEach((name, each) -> {
      if (own != null && !name.equals("builtin")) {
        System.out.printf(
            Locale.ROOT,
            "  builtin takes %.2f of %s cold, %.2f warm%s%n",
            own.cold().median() / each.cold().median(),
            name,
            own.warm().median() / each.warm().median(),
            name.equals(BASELINE)
                ? String.format(Locale.ROOT, " (goals: %.1f and %.1f)", COLD_GOAL, WARM_GOAL)
                : "");
      }
    });
    if (peers != null && own != null) {
      System.out.printf(
          Locale.ROOT,
          "  builtin takes %.2f of the faster one cold, %.2f warm (goals: %.2f and %.2f)%n",
          own.cold().median() / fastest(times, each -> each.cold().median()),
          own.warm().median() / fastest(times, each -> each.warm().median()),
          PEERS_COLD_GOAL,
          PEERS_WARM_GOAL);
    }
  }

  private static double fastest(Map<String, Times> times, ToDoubleFunction<Times> figure) {
    return times.entrySet().stream()
        .filter(each -> !each.getKey().equals("builtin"))
        .mapToDouble(each -> figure.applyAsDouble(each.getValue()))
        .min()
        .orElseThrow();
  }
}
