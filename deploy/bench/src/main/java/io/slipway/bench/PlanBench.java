package io.slipway.bench;

import io.slipway.bench.measure.Machine;
import io.slipway.bench.measure.Samples;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.expand.ExpandTaskFile;
import io.slipway.taskfile.expand.ExpansionInput;
import io.slipway.taskfile.plan.PlanInput;
import io.slipway.taskfile.plan.RunVariables;
import io.slipway.taskfile.read.PlanTaskFile;
import io.slipway.taskfile.read.PlanTaskFile.Result;
import io.slipway.taskfile.values.ValuesFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Time from a task file to its plan, beside reading the same text as YAML and no more. Both take
 * turns in one process, after a warm-up of both.
 */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description =
        "Plans the sample task files, and prints how long that takes beside reading their YAML"
            + " alone.")
final class PlanBench implements Callable<Integer> {
  private static final double GOAL = 5;
  private static final double WARM_UP_SECONDS = 1;
  private static final double SAMPLE_SECONDS = 0.01;
  private static final PlanInput INPUT = input(Map.of());

  @Option(
      names = "--rounds",
      defaultValue = "21",
      description = "Turns of each file and work (${DEFAULT-VALUE}).")
  private int rounds;

  /** Number of results; printed, so that the compiler does not optimize the work away. */
  private long done;

  /**
   * A task file of a sample.
   *
   * @param name the sample
   * @param text the file
   * @param yaml what is read as YAML alone: the file, or what its templates make of it
   * @param templates whether it has templates
   * @param input what it is planned with
   */
  private record TaskFile(
      String name, String text, String yaml, boolean templates, PlanInput input) {}

  /** Seconds of one plan and of one bare read, for each turn. */
  private record Measured(TaskFile file, Samples plan, Samples read) {}

  @Override
  public Integer call() throws IOException, Refusal {
    List<TaskFile> files =
        files(Path.of(System.getProperty("slipway.root"), "deploy", "demo", "samples"));
    if (files.isEmpty()) {
      throw new IOException("there are no task files in deploy/demo/samples");
    }
    System.out.println(Machine.line());
    List<Measured> all = new ArrayList<>();
    files.forEach(file -> all.add(new Measured(file, new Samples(), new Samples())));
    for (Measured measured : all) {
      repeat(() -> plan(measured.file()), WARM_UP_SECONDS);
      repeat(() -> read(measured.file()), WARM_UP_SECONDS);
    }
    for (int round = 0; round < rounds; round++) {
      for (Measured measured : all) {
        measured.plan().add(repeat(() -> plan(measured.file()), SAMPLE_SECONDS));
        measured.read().add(repeat(() -> read(measured.file()), SAMPLE_SECONDS));
      }
    }
    return print(all);
  }

  /** Repeats something for a while; answers the seconds that one repetition took. */
  private static double repeat(Runnable work, double seconds) {
    long begin = System.nanoTime();
    long end = begin + (long) (seconds * 1e9);
    int times = 0;
    while (System.nanoTime() < end) {
      work.run();
      times++;
    }
    return (System.nanoTime() - begin) / 1e9 / times;
  }

  private void plan(TaskFile file) {
    done += PlanTaskFile.plan(file.text(), file.input()) instanceof Result.Planned ? 1 : 0;
  }

  private void read(TaskFile file) {
    Object root = new Yaml(new SafeConstructor(new LoaderOptions())).load(file.yaml());
    done += root instanceof Map ? 1 : 0;
  }

  private int print(List<Measured> all) {
    System.out.printf(
        "%-20s %9s %12s %12s %10s %7s%n",
        "file", "templates", "plan", "YAML alone", "plans/s", "ratio");
    double plans = 0;
    for (Measured measured : all) {
      print(
          measured.file().name(),
          measured.file().templates() ? "yes" : "no",
          measured.plan().median(),
          measured.read().median());
      plans += measured.plan().median();
    }
    List<Measured> plain = all.stream().filter(one -> !one.file().templates()).toList();
    double plan = plain.stream().mapToDouble(one -> one.plan().median()).sum() / plain.size();
    double read = plain.stream().mapToDouble(one -> one.read().median()).sum() / plain.size();
    print("mean, no templates", "no", plan, read);
    boolean holds = plan / read <= GOAL;
    System.out.printf(
        Locale.ROOT,
        "medians of %d turns (%d plans and reads); all files: %.0f plans/s; goal: at most %.0f"
            + " times the YAML alone without templates: %s%n",
        rounds,
        done,
        all.size() / plans,
        GOAL,
        holds ? "met" : "NOT met");
    return holds ? 0 : 1;
  }

  private static void print(String name, String templates, double plan, double read) {
    System.out.printf(
        Locale.ROOT,
        "%-20s %9s %9.1f us %9.1f us %10.0f %7.2f%n",
        name,
        templates,
        plan * 1e6,
        read * 1e6,
        1 / plan,
        plan / read);
  }

  private static List<TaskFile> files(Path samples) throws IOException, Refusal {
    List<TaskFile> files = new ArrayList<>();
    try (Stream<Path> folders = Files.list(samples)) {
      for (Path folder : folders.sorted().toList()) {
        Path file = folder.resolve("task.yaml");
        if (Files.exists(file)) {
          file(folder, Files.readString(file)).ifPresent(files::add);
        }
      }
    }
    return files;
  }

  private static Optional<TaskFile> file(Path folder, String text) throws IOException, Refusal {
    Path values = folder.resolve("values.yaml");
    PlanInput input =
        Files.exists(values) ? input(ValuesFile.parse(Files.readString(values))) : INPUT;
    if (PlanTaskFile.plan(text, input) instanceof Result.Refused refused) {
      System.out.println(folder.getFileName() + " is left out: " + refused.problems());
      return Optional.empty();
    }
    boolean templates = text.contains("{{");
    String yaml = templates ? ExpandTaskFile.expand(text, input.expansion()).text() : text;
    return Optional.of(
        new TaskFile(String.valueOf(folder.getFileName()), text, yaml, templates, input));
  }

  private static PlanInput input(Map<String, Object> values) {
    RunVariables run =
        new RunVariables(
            "cf1",
            "myregistry.azurecr.io",
            "myregistry",
            "20260101-000000z",
            "linux",
            "amd64",
            "acb_vol_cf1",
            "",
            "",
            "",
            "bench");
    return PlanInput.of(ExpansionInput.of(run.asMap(), values));
  }
}
