package io.slipway.taskfile.read;

import com.google.re2j.Pattern;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.alias.AliasExpander;
import io.slipway.taskfile.build.BuildCommand;
import io.slipway.taskfile.build.CommandWords;
import io.slipway.taskfile.image.ImageReference;
import io.slipway.taskfile.plan.After;
import io.slipway.taskfile.plan.CacheSetting;
import io.slipway.taskfile.plan.ContainerOptions;
import io.slipway.taskfile.plan.PlannedStep;
import io.slipway.taskfile.plan.StepAction;
import io.slipway.taskfile.plan.TaskSettings;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads one step with its defaults, and checks it. The messages begin with those of the original.
 */
final class ReadStep {
  private static final Set<String> KNOWN =
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
          "cmd",
          "build",
          "push");
  private static final Map<String, String> HINTS =
      Map.of(
          "secret",
          "secrets are listed under 'secrets' of the task and read as {{.Secrets.id}}",
          "if",
          "a condition is an entry of 'when', for example {step: id, is: failed}");
  private static final Set<String> ISOLATIONS = Set.of("default", "process", "hyperv");
  private static final List<String> ACTIONS = List.of("cmd", "build", "push");
  private static final int DEFAULT_RETRY_DELAY = 5;
  private static final String ROOT = "acb_root";
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}");

  private final TaskContext task;
  private final Properties step;
  private final String id;

  private ReadStep(TaskContext task, Properties step, int index) {
    this.task = task;
    this.step = step;
    this.id = id(step, index);
  }

  /** The written id, or the one by its place in the file. */
  static String id(Properties step, int index) {
    String written = step.textOf("id");
    return written.isEmpty() ? "acb_step_" + index : written;
  }

  /**
   * What a step must know of its task.
   *
   * @param settings what the file says for all steps
   * @param network network of a step that names none, or null
   * @param networks names of the networks that a step may name
   * @param volumes names of the declared volumes
   * @param aliases aliases for the first word of a command; none if they are off
   * @param runTimeout limit of the run, or null if it is not known
   * @param ids ids of the steps before it
   */
  record TaskContext(
      TaskSettings settings,
      @Nullable String network,
      Set<String> networks,
      Set<String> volumes,
      AliasExpander aliases,
      @Nullable Duration runTimeout,
      LinkedHashSet<String> ids) {}

  /** Reads it; null if it has a problem that leaves nothing to plan. */
  static @Nullable PlannedStep of(
      TaskContext task, Properties step, int index, @Nullable String previous) {
    return new ReadStep(task, step, index).read(previous);
  }

  private @Nullable PlannedStep read(@Nullable String previous) {
    List<String> unknown = step.warnOfUnknown(KNOWN, HINTS);
    String kind = kind(unknown);
    checkId();
    List<After> after = ReadWhen.of(step, id, task.ids(), previous);
    if (!task.ids().add(id)) {
      step.refuse("id", id + " already exists as a vertex");
    }
    int retries = atLeastZero("retries");
    int repeat = atLeastZero("repeat");
    CacheSetting cache = cache(kind);
    ContainerOptions container = container(kind);
    StepAction action = kind == null ? null : action(kind, container.env(), cache);
    if (action == null) {
      return null;
    }
    return new PlannedStep(
        id,
        action,
        after,
        timeout(),
        seconds("startDelay", 0),
        retries,
        seconds("retryDelay", DEFAULT_RETRY_DELAY),
        step.texts("retryOnErrors"),
        repeat,
        step.flag("ignoreErrors"),
        container);
  }

  private @Nullable String kind(List<String> unknown) {
    List<String> kinds = ACTIONS.stream().filter(this::isFilled).toList();
    if (kinds.size() > 1) {
      step.refuse(
          kinds.get(1),
          "step must only contain a single build, cmd, or push property; this one has "
              + String.join(" and ", kinds));
    }
    if (kinds.isEmpty()) {
      String meant =
          unknown.stream()
              .map(name -> step.suggestion(name, Set.copyOf(ACTIONS)))
              .filter(found -> !found.isEmpty())
              .findFirst()
              .orElse("");
      step.refuse("", "step is missing a cmd, build, or push property" + meant);
    }
    return kinds.isEmpty() ? null : kinds.get(0);
  }

  /** An empty text or list counts as none, as in the original. */
  private boolean isFilled(String name) {
    return step.has(name) && !step.isEmpty(name);
  }

  /** An id is also the name of a container, a host name and the name of a folder. */
  private void checkId() {
    step.text("id");
    if (id.chars().anyMatch(Character::isWhitespace)) {
      step.refuse("id", "step ID cannot contain spaces");
    } else if (!NAME.matcher(id).matches()) {
      step.refuse(
          "id",
          "step ID must begin with a letter or digit and go on with letters, digits, '_', '.' and"
              + " '-', at most 128 in all; not "
              + Properties.shown(id));
    } else if (id.equals(ROOT)) {
      step.refuse("id", ROOT + " is a reserved ID, it can't be used");
    }
  }

  private @Nullable StepAction action(String kind, Map<String, String> env, CacheSetting cache) {
    try {
      return switch (kind) {
        case "push" -> push();
        case "build" -> build(env, cache);
        default -> cmd(env);
      };
    } catch (Refusal malformed) {
      step.refuse(kind, malformed.text());
      return null;
    }
  }

  private StepAction cmd(Map<String, String> env) throws Refusal {
    String text = task.aliases().expandCommand(step.text("cmd", ""));
    List<String> words = words("cmd", text, env);
    if (words.isEmpty()) {
      throw Refusal.user("names no image; write 'image arguments'");
    }
    return new StepAction.Cmd(
        text, ImageReference.parse(words.get(0)), words.subList(1, words.size()));
  }

  private StepAction build(Map<String, String> env, CacheSetting cache) throws Refusal {
    String text = step.text("build", "");
    BuildCommand command = BuildCommand.of(words("build", text, env));
    command.warnings().forEach(warning -> step.warn("build", warning));
    return new StepAction.Build(text, command, cache);
  }

  private List<String> words(String name, String text, Map<String, String> env) throws Refusal {
    CommandWords.Split split = CommandWords.split(text, env);
    if (!split.operators().isEmpty()) {
      step.warn(
          name,
          "no shell reads this: "
              + String.join(" ", split.operators())
              + " is passed on as it stands; quote it, or run bash -c '…'");
    }
    return split.words();
  }

  private StepAction push() {
    Set<ImageReference> images = new LinkedHashSet<>();
    for (Properties.Text name :
        step.items("push", "a list of images, for example [host/name:tag]")) {
      try {
        ImageReference image = ImageReference.parse(name.value().strip());
        images.add(image.tag() == null && image.digest() == null ? image.withTag("latest") : image);
      } catch (Refusal malformed) {
        step.refuse(name, malformed.text());
      }
    }
    return new StepAction.Push(List.copyOf(images));
  }

  private Duration timeout() {
    int seconds = step.number("timeout", 0);
    Duration timeout = seconds > 0 ? Duration.ofSeconds(seconds) : task.settings().stepTimeout();
    Duration run = task.runTimeout();
    if (seconds > 0 && run != null && timeout.compareTo(run) > 0) {
      step.warn(
          "timeout",
          "%d seconds are more than the run may take (%d); raise the timeout of the task"
              .formatted(seconds, run.toSeconds()));
    }
    return timeout;
  }

  private CacheSetting cache(@Nullable String kind) {
    if (step.has("cache") && !"build".equals(kind)) {
      step.warn("cache", "has an effect on build steps only");
    }
    return step.cache().or(task.settings().cache());
  }

  private ContainerOptions container(@Nullable String kind) {
    return ContainerOptions.builder()
        .env(Environment.ofStep(step, task.settings().env()))
        .entryPoint(step.filledText("entryPoint"))
        .user(step.filledText("user"))
        .network(network())
        .folder(folder())
        .ports(step.texts("ports"))
        .expose(step.texts("expose"))
        .privileged(step.flag("privileged"))
        .detach(step.flag("detach"))
        .keep(step.flag("keep"))
        .pull(pull())
        .cpus(cpus())
        .isolation(isolation())
        .volumeMounts(ReadVolumes.mounts(step, "push".equals(kind), task.volumes()))
        .build();
  }

  private ContainerOptions.Folder folder() {
    String written = step.text("workingDirectory", "");
    return new ContainerOptions.Folder(
        written.isEmpty() ? task.settings().workingDirectory() : written,
        step.flag("disableWorkingDirectoryOverride"));
  }

  private ContainerOptions.Pull pull() {
    return new ContainerOptions.Pull(
        step.flag("pull"),
        Math.max(0, step.number("cmdDownloadRetries", 0)),
        seconds("cmdDownloadRetryDelay", 0));
  }

  private @Nullable String network() {
    String name = step.filledText("network");
    if (name != null && !task.networks().contains(name)) {
      step.warn(
          "network",
          "'"
              + name
              + "' is not one of the networks of this task, which are "
              + String.join(", ", task.networks().stream().sorted().limit(20).toList()));
    }
    return name == null ? task.network() : name;
  }

  private @Nullable String cpus() {
    String cpus = step.filledText("cpus");
    if (cpus != null && Scalars.decimal(cpus).filter(number -> number.signum() > 0).isEmpty()) {
      step.refuse(
          "cpus", "must be a number of processors such as 2 or 0.5, not " + Properties.shown(cpus));
    }
    return cpus;
  }

  private @Nullable String isolation() {
    String isolation = step.filledText("isolation");
    if (isolation != null && !ISOLATIONS.contains(isolation)) {
      step.refuse(
          "isolation", "must be default, process or hyperv, not " + Properties.shown(isolation));
    }
    return isolation;
  }

  private int atLeastZero(String name) {
    int value = step.number(name, 0);
    if (value < 0) {
      step.refuse(name, "step must specify " + name + " >= 0");
    }
    return Math.max(0, value);
  }

  private Duration seconds(String name, int otherwise) {
    int value = step.number(name, 0);
    return Duration.ofSeconds(value > 0 ? value : otherwise);
  }
}
