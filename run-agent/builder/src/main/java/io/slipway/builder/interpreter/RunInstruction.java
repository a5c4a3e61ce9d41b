package io.slipway.builder.interpreter;

import io.slipway.builder.EngineException;
import io.slipway.builder.config.Platform;
import io.slipway.builder.config.Sha256;
import io.slipway.builder.dockerfile.Instruction;
import io.slipway.builder.dockerfile.Instruction.CommandForm;
import io.slipway.builder.dockerfile.Instruction.Heredoc;
import io.slipway.builder.layer.LayerArchiveWriter.PackOptions;
import io.slipway.builder.sandbox.ContainerProcess;
import io.slipway.builder.sandbox.ContainerProcess.ContainerNetwork;
import io.slipway.builder.sandbox.ContainerProcess.Mount;
import io.slipway.builder.sandbox.ContainerProcess.ProcessUser;
import io.slipway.builder.sandbox.UserMap;
import io.slipway.builder.store.StoredImage.StoredLayer;
import io.slipway.builder.store.UnpackedImage;
import io.slipway.builder.store.UpperDraft;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** {@code RUN}: a container over the layers so far, whose changes become a layer. */
final class RunInstruction {
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final BuildJob job;
  private final StageState state;
  private final BuildArguments arguments;
  private final Platform platform;
  private final RunMounts mounts;

  RunInstruction(
      BuildJob job,
      StageState state,
      BuildArguments arguments,
      ContextFiles context,
      Platform platform,
      StageInstructions.Sources sources,
      CopyInstruction.Expansion expansion) {
    this.job = job;
    this.state = state;
    this.arguments = arguments;
    this.platform = platform;
    this.mounts = new RunMounts(job, state, context, sources, expansion);
  }

  boolean execute(Instruction.Run run) throws EngineException, IOException, InterruptedException {
    List<String> command = command(run);
    Map<String, String> env = environment();
    try (RunMounts.Prepared prepared = mounts.prepare(run)) {
      String key = key(run, command, env, prepared.key());
      Optional<StoredLayer> known = job.cache().find(key);
      StoredLayer layer;
      if (known.isPresent()) {
        job.output().line(" ---> Using cache");
        layer = known.get();
      } else {
        layer = run(run, command, env, prepared.mounts());
        job.cache().put(key, layer);
      }
      state.add(layer, String.join(" ", command), job.clock().instant());
      return known.isPresent();
    }
  }

  private List<String> command(Instruction.Run run) {
    switch (run.command()) {
      case CommandForm.Exec exec -> {
        return exec.words();
      }
      case CommandForm.Shell shell -> {
        List<String> words = new ArrayList<>(state.config().shell());
        if (words.isEmpty()) {
          words.addAll(StageInstructions.DEFAULT_SHELL);
        }
        words.add(text(shell.text(), run.heredocs()));
        return words;
      }
    }
  }

  /** The text for the shell, with the here-documents that belong to it. */
  private static String text(String text, List<Heredoc> heredocs) {
    if (heredocs.size() == 1 && text.strip().matches("<<-?[\"']?[A-Za-z0-9_.]+[\"']?")) {
      return heredocs.get(0).content();
    }
    StringBuilder whole = new StringBuilder(text);
    for (Heredoc heredoc : heredocs) {
      whole.append('\n').append(heredoc.content()).append(heredoc.name());
    }
    return heredocs.isEmpty() ? text : whole.append('\n').toString();
  }

  private Map<String, String> environment() {
    Map<String, String> env = new TreeMap<>();
    env.putAll(state.arguments());
    env.putAll(state.env());
    env.putIfAbsent("PATH", PATH);
    return env;
  }

  private String key(
      Instruction.Run run, List<String> command, Map<String, String> env, String mountsKey) {
    return Sha256.of(
        String.join(
            "\0",
            "RUN",
            state.layersKey(),
            String.join("\1", command),
            String.valueOf(env),
            state.config().user(),
            state.config().workingDir(),
            String.valueOf(run.network()),
            job.request().network(),
            String.valueOf(job.request().addHosts()),
            platform.toString(),
            mountsKey));
  }

  private StoredLayer run(
      Instruction.Run run, List<String> command, Map<String, String> env, List<Mount> extra)
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
    List<Mount> mounts = new ArrayList<>(job.containers().names(name, job.request().addHosts()));
    mounts.addAll(extra);
    job.output().line(" ---> Running in " + name);
    try (UpperDraft upper = job.space().newUpper()) {
      int code =
          job.containers()
              .run(image, upper, process(run, name, command, all, user, mounts), job.output());
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
            "The command '" + String.join(" ", command) + "' returned a non-zero code: " + code);
      }
      StoredLayer layer = upper.commit(PackOptions.all());
      job.output().line("Removing intermediate container " + name);
      return layer;
    }
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
        false,
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
