package io.slipway.builder.interpreter;

import io.slipway.builder.EngineException;
import io.slipway.builder.config.Platform;
import io.slipway.builder.dockerfile.Instruction;
import io.slipway.builder.dockerfile.Instruction.CommandForm;
import io.slipway.builder.dockerfile.Instruction.Heredoc;
import io.slipway.builder.layer.NativeFiles;
import io.slipway.builder.sandbox.ContainerProcess;
import io.slipway.builder.sandbox.ContainerProcess.ContainerNetwork;
import io.slipway.builder.sandbox.ContainerProcess.Mount;
import io.slipway.builder.sandbox.ContainerProcess.ProcessUser;
import io.slipway.builder.sandbox.UserMap;
import io.slipway.builder.store.StoredImage.StoredLayer;
import io.slipway.builder.store.UnpackedImage;
import io.slipway.builder.store.UpperDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code RUN}: a container over the layers so far, whose changes become a layer. */
final class RunInstruction {
  private static final String SCRIPT = "/run/heredocs/script";
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final BuildJob job;
  private final StageState state;
  private final BuildArguments arguments;
  private final Platform platform;
  private final RunMounts mounts;
  private final Expansion expansion;

  /**
   * What is executed.
   *
   * @param script of a here-document that begins with {@code #!}, which the words name as a file;
   *     or null
   */
  private record Command(List<String> words, @Nullable String script) {}

  RunInstruction(
      BuildJob job,
      StageState state,
      BuildArguments arguments,
      ContextFiles context,
      Platform platform,
      StageInstructions.Sources sources,
      Expansion expansion) {
    this.job = job;
    this.state = state;
    this.arguments = arguments;
    this.platform = platform;
    this.expansion = expansion;
    this.mounts = new RunMounts(job, state, context, sources, expansion);
  }

  boolean execute(Instruction.Run run) throws EngineException, IOException, InterruptedException {
    Command command = command(run);
    Map<String, String> env = environment();
    try (RunMounts.Prepared prepared = mounts.prepare(run)) {
      String key = key(run, command, env, prepared.key());
      Optional<StoredLayer> known = job.cache().find(key);
      StoredLayer layer;
      if (known.isPresent()) {
        job.output().line(" ---> Using cache");
        layer = known.get();
      } else {
        layer = run(run, command, env, prepared);
        job.cache().put(key, layer);
      }
      state.add(layer, String.join(" ", command.words()), job.clock().instant());
      return known.isPresent();
    }
  }

  private Command command(Instruction.Run run) {
    switch (run.command()) {
      case CommandForm.Exec exec -> {
        return new Command(exec.words(), null);
      }
      case CommandForm.Shell shell -> {
        List<String> words = new ArrayList<>(state.config().shell());
        if (words.isEmpty()) {
          words.addAll(StageInstructions.DEFAULT_SHELL);
        }
        if (!isOneHeredoc(shell.text().strip(), run.heredocs())) {
          words.add(Heredoc.after(shell.text(), run.heredocs()));
          return new Command(words, null);
        }
        // The here-document is all there is: a script for the shell, or for whom its first line
        // names.
        String content = run.heredocs().getFirst().content();
        boolean named = content.startsWith("#!");
        words.add(named ? SCRIPT : content);
        return new Command(words, named ? content : null);
      }
    }
  }

  private boolean isOneHeredoc(String text, List<Heredoc> heredocs) {
    return heredocs.size() == 1
        && expansion
            .heredoc(text)
            .filter(mark -> mark.name().equals(heredocs.getFirst().name()))
            .isPresent();
  }

  private Map<String, String> environment() {
    Map<String, String> env = new TreeMap<>();
    env.putAll(state.arguments());
    env.putAll(state.env());
    env.putIfAbsent("PATH", PATH);
    return env;
  }

  private String key(
      Instruction.Run run, Command command, Map<String, String> env, String mountsKey) {
    return job.layerKey("RUN")
        .with(state.layersKey())
        .with(command.words())
        .with(Optional.ofNullable(command.script()).stream().toList())
        .with(env)
        .with(state.config().user())
        .with(state.config().workingDir())
        .with(String.valueOf(run.network()))
        .with(job.request().network())
        .with(job.request().addHosts())
        .with(platform.toString())
        .with(mountsKey)
        .done();
  }

  private StoredLayer run(
      Instruction.Run run, Command command, Map<String, String> env, RunMounts.Prepared prepared)
      throws EngineException, IOException, InterruptedException {
    if (!ForeignPrograms.run(platform)) {
      throw Refusals.unsupported(
          run,
          "this machine is %s and cannot run programs of %s; use an agent of that kind"
              .formatted(Platform.current(), platform));
    }
    ProcessUser user = user(run);
    Map<String, String> all = new TreeMap<>(env);
    all.putIfAbsent("HOME", user.home());
    arguments.proxies().forEach(all::putIfAbsent);
    UnpackedImage image = job.space().unpack(state.layers());
    String name = UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    List<Mount> mounts = names(name);
    mounts.addAll(prepared.mounts());
    if (command.script() != null) {
      mounts.add(script(command.script()));
    }
    all.putAll(prepared.env());
    job.output().line(" ---> Running in " + name);
    try (UpperDraft upper = job.space().newUpper()) {
      int code =
          job.containers()
              .run(
                  image,
                  upper,
                  process(run, name, command.words(), all, user, mounts),
                  job.output());
      if (code != 0) {
        if (UserMap.current().isSingle()) {
          job.output()
              .line(
                  "note: this agent runs without root and has root's files only; if the command"
                      + " changes owners or users: "
                      + UserMap.REMEDY);
        }
        throw Refusals.user(
            run,
            "The command '"
                + String.join(" ", command.words())
                + "' returned a non-zero code: "
                + code);
      }
      StoredLayer layer = upper.commit(job.latest());
      job.output().line("Removing intermediate container " + name);
      return layer;
    }
  }

  /**
   * Where the image has links in their places they are mounted over what the links lead to: a point
   * that the launcher had to make there would become part of the image.
   */
  private List<Mount> names(String name) throws EngineException, IOException, InterruptedException {
    List<Mount> mounts = new ArrayList<>();
    for (Mount each : job.containers().names(name, job.request().addHosts())) {
      mounts.add(each.at("/" + state.tree().resolve(each.target())));
    }
    return mounts;
  }

  /** Only this command sees it. */
  private Mount script(String content) throws IOException {
    Path file = job.containers().scratchFolder().resolve("script");
    Files.writeString(file, content);
    NativeFiles.chmod(file, 0755);
    return Mount.bind(file, SCRIPT, true);
  }

  private ContainerProcess process(
      Instruction.Run run,
      String name,
      List<String> command,
      Map<String, String> env,
      ProcessUser user,
      List<Mount> mounts) {
    String folder = state.config().workingDir();
    boolean none = "none".equals(run.network()) || job.request().network().equals("none");
    return new ContainerProcess(
        name,
        command,
        env,
        folder.isEmpty() ? "/" : folder,
        user,
        mounts,
        none ? new ContainerNetwork.None() : new ContainerNetwork.Sandbox(),
        ContainerProcess.Rights.USUAL,
        job.request().limits());
  }

  private ProcessUser user(Instruction.Run run) throws EngineException, IOException {
    try {
      return UserLookup.of(state.tree()).find(state.config().user());
    } catch (IOException unknown) {
      throw Refusals.user(run, String.valueOf(unknown.getMessage()));
    }
  }
}
