package io.slipway.taskfile.plan;

import io.slipway.taskfile.alias.AliasExpander;
import io.slipway.taskfile.build.BuildCommand;
import io.slipway.taskfile.build.ShellWords;
import io.slipway.taskfile.image.ImageReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads one step with its defaults, and checks it. The messages are those of the original. */
final class StepReader {
  static final Set<String> KNOWN =
      Set.of(
          "id",
          "when",
          "timeout",
          "startDelay",
          "retries",
          "retryDelay",
          "retryOnErrors",
          "repeat",
          "ignoreErrors",
          "detach",
          "keep",
          "entryPoint",
          "env",
          "expose",
          "ports",
          "privileged",
          "user",
          "network",
          "isolation",
          "cpus",
          "workingDirectory",
          "disableWorkingDirectoryOverride",
          "pull",
          "cmdDownloadRetries",
          "cmdDownloadRetryDelay",
          "cache",
          "volumeMounts",
          "exitedWith",
          "exitedWithout",
          "secret",
          "cmd",
          "build",
          "push");
  private static final int DEFAULT_TIMEOUT = 600;
  private static final int DEFAULT_RETRY_DELAY = 5;
  private static final String ROOT = "acb_root";

  private final TaskDefaults defaults;
  private final AliasExpander aliases;

  /** What the task says for all its steps. */
  record TaskDefaults(
      int stepTimeout,
      String workingDirectory,
      Map<String, String> env,
      String network,
      boolean aliases) {}

  StepReader(TaskDefaults defaults, AliasExpander aliases) {
    this.defaults = defaults;
    this.aliases = aliases;
  }

  PlannedStep read(Properties step, int index, List<PlannedStep> earlier) throws TaskFileException {
    StepAction action = action(step);
    String id = id(step, index);
    List<After> after = after(step, id, earlier);
    int retries = atLeastZero(step, "retries");
    int repeat = atLeastZero(step, "repeat");
    if (earlier.stream().anyMatch(other -> other.id().equals(id))) {
      throw step.problem("id", id + " already exists as a vertex");
    }
    return new PlannedStep(
        id,
        action,
        after,
        seconds(
            positive(step.number("timeout", 0), positive(defaults.stepTimeout(), DEFAULT_TIMEOUT))),
        seconds(Math.max(0, step.number("startDelay", 0))),
        retries,
        seconds(positive(step.number("retryDelay", 0), DEFAULT_RETRY_DELAY)),
        step.texts("retryOnErrors"),
        repeat,
        step.flag("ignoreErrors"),
        container(step));
  }

  private StepAction action(Properties step) throws TaskFileException {
    int kinds =
        (step.has("cmd") ? 1 : 0) + (step.has("build") ? 1 : 0) + (step.has("push") ? 1 : 0);
    if (kinds == 0) {
      throw step.problem("", "step is missing a cmd, build, or push property");
    }
    if (kinds > 1) {
      throw step.problem("", "step must only contain a single build, cmd, or push property");
    }
    try {
      if (step.has("push")) {
        return new StepAction.Push(images(step));
      }
      return step.has("build")
          ? new StepAction.Build(
              step.text("build", ""), BuildCommand.parse(step.text("build", "")), BuildCache.UNSET)
          : cmd(step);
    } catch (IllegalArgumentException malformed) {
      String name = step.has("push") ? "push" : step.has("build") ? "build" : "cmd";
      throw step.problem(name, String.valueOf(malformed.getMessage()));
    }
  }

  private StepAction cmd(Properties step) throws TaskFileException {
    String text = step.text("cmd", "");
    List<String> words = ShellWords.split(defaults.aliases() ? aliases.expandCommand(text) : text);
    if (words.isEmpty()) {
      throw step.problem("cmd", "names no image");
    }
    return new StepAction.Cmd(
        text, ImageReference.parse(words.get(0)), List.copyOf(words.subList(1, words.size())));
  }

  private static List<ImageReference> images(Properties step) throws TaskFileException {
    Set<ImageReference> images = new LinkedHashSet<>();
    for (String name : step.texts("push")) {
      ImageReference image = ImageReference.parse(name.strip());
      images.add(image.tag() == null && image.digest() == null ? image.withTag("latest") : image);
    }
    if (images.isEmpty()) {
      throw step.problem("push", "names no image");
    }
    return List.copyOf(images);
  }

  private static String id(Properties step, int index) throws TaskFileException {
    String id = step.text("id", "");
    if (id.isEmpty()) {
      return "acb_step_" + index;
    }
    if (id.chars().anyMatch(Character::isWhitespace)) {
      throw step.problem("id", "step ID cannot contain spaces");
    }
    if (id.equals(ROOT)) {
      throw step.problem("id", ROOT + " is a reserved ID, it can't be used");
    }
    return id;
  }

  private static List<After> after(Properties step, String id, List<PlannedStep> earlier)
      throws TaskFileException {
    List<String> when = step.texts("when");
    if (when.isEmpty()) {
      return earlier.isEmpty()
          ? List.of()
          : List.of(After.success(earlier.get(earlier.size() - 1).id()));
    }
    if (when.contains("-")) {
      if (when.size() > 1) {
        throw step.problem(
            "when",
            "step cannot contain other IDs in when if the immediate execution token is specified");
      }
      return List.of();
    }
    // An id named twice is one condition; the original waits for ever.
    Set<String> after = new LinkedHashSet<>(when);
    for (String other : after) {
      if (other.isEmpty()) {
        throw step.problem("when", "from cannot be empty");
      }
      if (other.equals(id)) {
        throw step.problem("when", "Step ID: " + id + " is self-referenced");
      }
      if (earlier.stream().noneMatch(known -> known.id().equals(other))) {
        throw step.problem(
            "when", other + " does not exist as a vertex [from: " + other + ", to: " + id + "]");
      }
    }
    return after.stream().map(After::success).toList();
  }

  private ContainerOptions container(Properties step) throws TaskFileException {
    Map<String, String> env = new LinkedHashMap<>(defaults.env());
    for (String entry : step.texts("env")) {
      int equals = entry.indexOf('=');
      if (equals < 1) {
        throw step.problem("env", "cannot parse step environment variable " + entry + " correctly");
      }
      env.put(entry.substring(0, equals), entry.substring(equals + 1));
    }
    String network = step.text("network", defaults.network());
    return new ContainerOptions(
        env,
        step.text("entryPoint"),
        step.text("user"),
        network.isEmpty() ? null : network,
        step.text("workingDirectory", defaults.workingDirectory()),
        step.flag("disableWorkingDirectoryOverride"),
        new ArrayList<>(step.texts("ports")),
        new ArrayList<>(step.texts("expose")),
        step.flag("privileged"),
        step.flag("detach"),
        step.flag("keep"),
        step.flag("pull"),
        Math.max(0, step.number("cmdDownloadRetries", 0)),
        seconds(Math.max(0, step.number("cmdDownloadRetryDelay", 0))),
        step.text("cpus"),
        step.text("isolation"),
        List.of());
  }

  private static int atLeastZero(Properties step, String name) throws TaskFileException {
    int value = step.number(name, 0);
    if (value < 0) {
      throw step.problem(name, "step must specify " + name + " >= 0");
    }
    return value;
  }

  private static int positive(int value, int otherwise) {
    return value > 0 ? value : otherwise;
  }

  private static Duration seconds(int value) {
    return Duration.ofSeconds(value);
  }
}
