package io.slipway.builder.interpreter;

import io.slipway.builder.EngineException;
import io.slipway.builder.config.ImageConfig.Healthcheck;
import io.slipway.builder.config.ImageConfigEditor;
import io.slipway.builder.config.Platform;
import io.slipway.builder.dockerfile.HeredocMark;
import io.slipway.builder.dockerfile.Instruction;
import io.slipway.builder.dockerfile.Instruction.CommandForm;
import io.slipway.builder.dockerfile.VariableExpander;
import io.slipway.builder.interpreter.CopyPlan.CopyOptions;
import io.slipway.builder.layer.LayerEntry;
import io.slipway.builder.layer.LayerPath;
import io.slipway.builder.store.ImageTree.TreeNode;
import io.slipway.builder.store.LayerDraft;
import io.slipway.builder.store.StoredImage.StoredLayer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Executes the instructions of one stage. */
final class StageInstructions implements Expansion {
  static final List<String> DEFAULT_SHELL = List.of("/bin/sh", "-c");

  /** Finds what files are copied from: a stage, an image or a further context. */
  @FunctionalInterface
  interface Sources {
    FileSource find(String name) throws EngineException, IOException, InterruptedException;
  }

  private final BuildJob job;
  private final StageState state;
  private final char escape;
  private final BuildArguments arguments;
  private final CopyInstruction copies;
  private final RunInstruction runs;

  StageInstructions(
      BuildJob job,
      StageState state,
      char escape,
      BuildArguments arguments,
      ContextFiles context,
      Platform platform,
      Sources sources) {
    this.job = job;
    this.state = state;
    this.escape = escape;
    this.arguments = arguments;
    this.copies = new CopyInstruction(job, state, context, sources, this);
    this.runs = new RunInstruction(job, state, arguments, context, platform, sources, this);
  }

  /**
   * Executes one.
   *
   * @return whether its layer was known already
   * @throws IllegalArgumentException if it is wrong; the message says why
   */
  boolean execute(Instruction instruction)
      throws EngineException, IOException, InterruptedException {
    switch (instruction) {
      case Instruction.Run run -> {
        return runs.execute(run);
      }
      case Instruction.Copy copy -> {
        return copies.copy(copy);
      }
      case Instruction.Add add -> {
        return copies.add(add);
      }
      case Instruction.Workdir workdir -> {
        return workdir(workdir);
      }
      case Instruction.Arg arg -> arg(arg);
      case Instruction.Env env -> env(env);
      case Instruction.Label label -> label(label);
      case Instruction.Cmd cmd -> cmd(cmd);
      case Instruction.Entrypoint entrypoint -> entrypoint(entrypoint);
      case Instruction.Shell shell ->
          configure(shell, "SHELL " + shell.words(), editor -> editor.shell(shell.words()));
      case Instruction.User user -> {
        String name = expand(user, user.user());
        configure(user, "USER " + name, editor -> editor.user(name));
      }
      case Instruction.Expose expose -> expose(expose);
      case Instruction.Volume volume -> volume(volume);
      case Instruction.StopSignal signal -> {
        String value = InstructionValues.signal(expand(signal, signal.signal()));
        configure(signal, "STOPSIGNAL " + value, editor -> editor.stopSignal(value));
      }
      case Instruction.Healthcheck check -> healthcheck(check);
      case Instruction.OnBuild onBuild -> {
        List<String> triggers = new ArrayList<>(state.config().onBuild());
        triggers.add(onBuild.instruction());
        configure(onBuild, onBuild.original(), editor -> editor.onBuild(triggers));
      }
      case Instruction.Maintainer maintainer ->
          configure(maintainer, maintainer.original(), editor -> editor.author(maintainer.name()));
      case Instruction.From from ->
          throw new IllegalStateException("FROM begins a stage: " + from.original());
    }
    return false;
  }

  private void configure(Instruction at, String text, Consumer<ImageConfigEditor> change) {
    state.configure("/bin/sh -c #(nop)  " + text, job.clock().instant(), change);
  }

  @Override
  public String expand(Instruction at, String text) throws EngineException {
    try {
      return VariableExpander.expand(text, escape, state::variable);
    } catch (VariableExpander.BadVariable bad) {
      throw Refusals.user(at, String.valueOf(bad.getMessage()));
    }
  }

  @Override
  public String expandText(Instruction at, String text) throws EngineException {
    try {
      return VariableExpander.expandText(text, state::variable);
    } catch (VariableExpander.BadVariable bad) {
      throw Refusals.user(at, String.valueOf(bad.getMessage()));
    }
  }

  @Override
  public Optional<HeredocMark> heredoc(String word) {
    return HeredocMark.of(word, escape);
  }

  private Map<String, String> expandAll(Instruction at, Map<String, String> values)
      throws EngineException {
    Map<String, String> expanded = new LinkedHashMap<>();
    for (Map.Entry<String, String> each : values.entrySet()) {
      expanded.put(expand(at, each.getKey()), expand(at, each.getValue()));
    }
    return expanded;
  }

  private void arg(Instruction.Arg arg) throws EngineException {
    for (Map.Entry<String, @Nullable String> each : arg.names().entrySet()) {
      String text = each.getValue();
      String value = arguments.inStage(each.getKey(), text == null ? null : expand(arg, text));
      if (value != null) {
        state.arguments().put(each.getKey(), value);
      }
    }
    configure(arg, arg.original(), editor -> {});
  }

  private void env(Instruction.Env env) throws EngineException {
    Map<String, String> values = expandAll(env, env.values());
    configure(env, "ENV " + text(values), editor -> values.forEach(editor::env));
  }

  private void label(Instruction.Label label) throws EngineException {
    Map<String, String> values = expandAll(label, label.values());
    configure(label, "LABEL " + text(values), editor -> editor.labels(values));
  }

  private static String text(Map<String, String> values) {
    List<String> words = new ArrayList<>();
    values.forEach((name, value) -> words.add(name + "=" + value));
    return String.join(" ", words);
  }

  private List<String> shell() {
    List<String> shell = state.config().shell();
    return shell.isEmpty() ? DEFAULT_SHELL : shell;
  }

  private List<String> words(CommandForm command) {
    return switch (command) {
      case CommandForm.Exec exec -> exec.words();
      case CommandForm.Shell text -> {
        List<String> words = new ArrayList<>(shell());
        words.add(text.text());
        yield words;
      }
    };
  }

  private void cmd(Instruction.Cmd cmd) {
    List<String> words = words(cmd.command());
    state.commandSet(true);
    configure(cmd, "CMD " + words, editor -> editor.cmd(words));
  }

  private void entrypoint(Instruction.Entrypoint entrypoint) {
    List<String> words = words(entrypoint.command());
    boolean keep = state.commandSet();
    configure(
        entrypoint,
        "ENTRYPOINT " + words,
        editor -> {
          editor.entrypoint(words);
          if (!keep) {
            // A base image's command was meant for its own entry point.
            editor.cmd(List.of());
          }
        });
  }

  private void expose(Instruction.Expose expose) throws EngineException {
    Set<String> ports = new TreeSet<>();
    for (String word : expose.ports()) {
      String expanded = expand(expose, word).strip();
      // A variable that is empty is no port.
      for (String port : expanded.isEmpty() ? new String[0] : expanded.split("\\s+")) {
        ports.addAll(InstructionValues.ports(port));
      }
    }
    configure(expose, "EXPOSE " + String.join(" ", ports), editor -> editor.expose(ports));
  }

  private void volume(Instruction.Volume volume) throws EngineException {
    Set<String> folders = new TreeSet<>();
    for (String path : volume.paths()) {
      String folder = expand(volume, path).strip();
      if (folder.isEmpty()) {
        throw new IllegalArgumentException("VOLUME specified can not be an empty string");
      }
      folders.add(folder);
    }
    configure(volume, "VOLUME " + folders, editor -> editor.volumes(folders));
  }

  private boolean workdir(Instruction.Workdir workdir)
      throws EngineException, IOException, InterruptedException {
    String path = expand(workdir, workdir.path());
    if (path.isEmpty()) {
      throw new IllegalArgumentException("WORKDIR needs a path; " + workdir.path() + " is empty");
    }
    String current = state.config().workingDir();
    String joined = path.startsWith("/") ? path : (current.isEmpty() ? "/" : current) + "/" + path;
    String folder = Path.of(joined).normalize().toString();
    configure(workdir, "WORKDIR " + folder, editor -> editor.workingDir(folder));
    String real = state.tree().resolve(folder);
    if (real.isEmpty() || state.tree().find("/" + real).isPresent()) {
      return false;
    }
    CopyOptions.Owner owner = owner(workdir);
    String key = job.layerKey("WORKDIR").with(state.layersKey()).with(real).with("" + owner).done();
    Optional<StoredLayer> known = job.cache().find(key);
    StoredLayer layer = known.isPresent() ? known.get() : makeFolders(real, owner, key);
    if (known.isPresent()) {
      job.output().line(" ---> Using cache");
    }
    state.add(layer, "/bin/sh -c #(nop) WORKDIR " + folder, job.clock().instant());
    return known.isPresent();
  }

  /** What WORKDIR makes belongs to the user of the stage, as BuildKit has it. */
  private CopyOptions.Owner owner(Instruction.Workdir workdir) throws EngineException, IOException {
    String user = state.config().user();
    try {
      return UserLookup.of(state.tree()).owner(user.isBlank() ? "0" : user);
    } catch (IOException unknown) {
      throw Refusals.user(workdir, String.valueOf(unknown.getMessage()));
    }
  }

  private StoredLayer makeFolders(String real, CopyOptions.Owner owner, String key)
      throws IOException {
    Instant now = job.clock().instant();
    try (LayerDraft draft = job.space().newLayer(job.latest())) {
      String at = "";
      for (String part : real.split("/")) {
        at = LayerPath.join(at, part);
        // Those that are there are named too, see CopyPlan.folders.
        LayerEntry made = LayerEntry.folder(at, 0755, owner.uid(), owner.gid(), now);
        draft.add(state.tree().find("/" + at).map(TreeNode::entry).orElse(made));
      }
      StoredLayer layer = draft.commit();
      job.cache().put(key, layer);
      return layer;
    }
  }

  private void healthcheck(Instruction.Healthcheck check) {
    CommandForm command = check.command();
    if (command == null) {
      configure(check, "HEALTHCHECK NONE", editor -> editor.healthcheck(Healthcheck.none()));
      return;
    }
    List<String> test = new ArrayList<>();
    switch (command) {
      case CommandForm.Exec exec -> {
        test.add("CMD");
        test.addAll(exec.words());
      }
      case CommandForm.Shell text -> {
        test.add("CMD-SHELL");
        test.add(text.text());
      }
    }
    Map<String, String> options = check.options();
    Healthcheck value =
        new Healthcheck(
            test,
            duration(options, "interval"),
            duration(options, "timeout"),
            duration(options, "start-period"),
            duration(options, "start-interval"),
            retries(options));
    configure(check, check.original(), editor -> editor.healthcheck(value));
  }

  private static Duration duration(Map<String, String> options, String name) {
    String text = options.get(name);
    return text == null ? Duration.ZERO : InstructionValues.duration(name, text);
  }

  private static int retries(Map<String, String> options) {
    String text = options.getOrDefault("retries", "0");
    if (!text.matches("\\d{1,6}")) {
      throw new IllegalArgumentException("HEALTHCHECK --retries=" + text + " is not a number");
    }
    return Integer.parseInt(text);
  }
}
