package io.slipway.builder.builtin;

import io.slipway.builder.BuiltinOptions;
import io.slipway.builder.ContainerEngine;
import io.slipway.builder.EngineException;
import io.slipway.builder.EngineRun;
import io.slipway.builder.Limits;
import io.slipway.builder.MachineProcessors;
import io.slipway.builder.OutputSink;
import io.slipway.builder.Probe;
import io.slipway.builder.RunEnvironment;
import io.slipway.builder.process.Folders;
import io.slipway.builder.process.Tools;
import io.slipway.builder.sandbox.ContainerProcess;
import io.slipway.builder.sandbox.Containers;
import io.slipway.builder.sandbox.LauncherChoice;
import io.slipway.builder.sandbox.ProcessUser;
import io.slipway.builder.sandbox.Rootfs;
import io.slipway.builder.sandbox.RunSandbox;
import io.slipway.builder.sandbox.StartedContainer;
import io.slipway.builder.sandbox.UserMap;
import io.slipway.builder.store.ImageStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The engine of this package. */
public final class BuiltinEngine implements ContainerEngine {
  private final BuiltinOptions options;
  private final ImageStore store;
  private final InstantSource clock;
  private final Set<BuiltinRun> runs = ConcurrentHashMap.newKeySet();
  private @Nullable LauncherChoice choice;
  private @Nullable Probe egress;

  private BuiltinEngine(BuiltinOptions options, ImageStore store, InstantSource clock) {
    this.options = options;
    this.store = store;
    this.clock = clock;
  }

  /**
   * Opens it; what an earlier process left in the scratch folder is deleted.
   *
   * @throws IOException if the folder cannot be used, or another process has it
   */
  public static BuiltinEngine open(BuiltinOptions options, InstantSource clock) throws IOException {
    Path folder = options.folder().toAbsolutePath().normalize();
    if (folder.toString().matches(".*[,:\\\\].*")) {
      throw new IOException(
          "The folder " + folder + " cannot be used: overlayfs takes no ',' ':' '\\' in its paths");
    }
    ImageStore store = ImageStore.open(folder.resolve("images"), clock);
    Folders.delete(folder.resolve("scratch"));
    Files.createDirectories(folder.resolve("scratch"));
    return new BuiltinEngine(options, store, clock);
  }

  @Override
  public String name() {
    return "builtin";
  }

  @Override
  public List<Probe> probes() {
    List<Probe> probes = new ArrayList<>();
    try {
      probes.addAll(choice().probes());
      boolean works = choice().chosen().isPresent();
      probes.add(
          new Probe(
              "RUN and cmd",
              works,
              true,
              works ? "by " + choice().chosen().get().launcher() : "no launcher works",
              works ? null : "run the agent as root; builds without RUN work as it is"));
      if (works) {
        probes.add(LauncherChoice.limits(choice().chosen().get(), launcherFolder(), store));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    probes.add(users());
    boolean ip = Tools.find("ip").isPresent();
    probes.add(
        new Probe(
            "networks of steps",
            ip,
            false,
            ip ? "iproute2 is there" : "iproute2 is not installed",
            ip ? null : "apt-get install iproute2"));
    try {
      probes.add(egress());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return probes;
  }

  @Override
  public MachineProcessors processors() throws InterruptedException {
    return new MachineProcessors(
        Runtime.getRuntime().availableProcessors(),
        choice().chosen().map(Containers::hasLimits).orElse(false));
  }

  /** Which users a container can have. */
  private static Probe users() {
    String subject = "users of containers";
    try {
      UserMap users = UserMap.current();
      if (users.isWhole()) {
        return new Probe(subject, true, false, "all, the agent is root", null);
      }
      if (!users.isSingle()) {
        return new Probe(subject, true, false, "those of /etc/subuid, without root", null);
      }
      return new Probe(
          subject,
          false,
          false,
          "root only: USER, chown and packages with users of their own fail in RUN",
          UserMap.REMEDY);
    } catch (IOException unknown) {
      return new Probe(subject, false, false, String.valueOf(unknown.getMessage()), UserMap.REMEDY);
    }
  }

  /** As {@link #probes()}, and tries every launcher, also those that are not used. */
  public List<Probe> examine() throws InterruptedException {
    List<Probe> probes = new ArrayList<>(LauncherChoice.every(launcherFolder(), store));
    probes().stream().filter(probe -> !probe.subject().contains("launcher")).forEach(probes::add);
    return probes.stream().distinct().toList();
  }

  private Path launcherFolder() {
    return options.folder().toAbsolutePath().resolve("launchers");
  }

  @Override
  public EngineRun openRun(RunEnvironment space) throws EngineException {
    BuiltinRun run = new BuiltinRun(this, space, store.openSpace(space.key()));
    runs.add(run);
    return run;
  }

  /**
   * Refuses the machine's own network where it is not allowed.
   *
   * @param what what asked for it, as its author wrote it
   */
  void requireHostNetwork(String what) throws EngineException {
    if (!options.hostNetworkAllowed()) {
      throw new EngineException(
          EngineException.Cause.UNSUPPORTED,
          what
              + " is not allowed on this agent (slipway.agent.allow-host-network): it reaches what"
              + " the agent's machine reaches");
    }
  }

  /** Whether steps can reach other hosts. */
  boolean hasEgress() throws InterruptedException {
    return egress().works();
  }

  /** The way out; tried out at the first call. */
  private synchronized Probe egress() throws InterruptedException {
    Probe known = egress;
    if (known == null) {
      String subject = "other hosts for RUN and cmd";
      Path folder = folder().resolve("scratch").resolve("egress-" + UUID.randomUUID());
      try (RunSandbox sandbox = RunSandbox.open(folder)) {
        sandbox.openEgress(newSocket());
        known = new Probe(subject, true, false, "by slirp4netns", null);
      } catch (IOException failed) {
        known =
            new Probe(
                subject,
                false,
                false,
                "steps have no network but their own: " + failed.getMessage(),
                "apt-get install slirp4netns iproute2, and let the agent's user open /dev/net/tun");
      }
      deleteQuietly(folder);
      egress = known;
    }
    return known;
  }

  /** Near the root of the folder, because a socket's path has 107 bytes at most. */
  Path newSocket() {
    return folder().resolve("scratch").resolve(UUID.randomUUID().toString().substring(0, 8) + ".s");
  }

  private static void deleteQuietly(Path folder) {
    try {
      Folders.delete(folder);
    } catch (IOException failed) {
      System.getLogger(BuiltinEngine.class.getName())
          .log(System.Logger.Level.WARNING, "A folder could not be deleted", failed);
    }
  }

  /** The launcher; tried out at the first call. */
  synchronized LauncherChoice choice() throws InterruptedException {
    LauncherChoice known = choice;
    if (known == null) {
      known = LauncherChoice.make(options.launchers(), launcherFolder(), store);
      choice = known;
    }
    return known;
  }

  Containers containers() throws EngineException, InterruptedException {
    LauncherChoice made = choice();
    if (made.chosen().isEmpty()) {
      StringBuilder why = new StringBuilder();
      made.probes()
          .forEach(probe ->
              why.append("; ").append(probe.subject()).append(": ").append(probe.detail()));
      throw new EngineException(
          EngineException.Cause.UNSUPPORTED,
          "this agent cannot run containers (RUN and cmd)" + why + "; see ./slipway doctor");
    }
    return made.chosen().get();
  }

  private static void requireUser(ProcessUser user) throws EngineException, IOException {
    if (!UserMap.current().has(user)) {
      throw new EngineException(
          EngineException.Cause.UNSUPPORTED,
          "user %d:%d is not there for this agent, which runs without root; %s"
              .formatted(user.uid(), user.gid(), UserMap.REMEDY));
    }
  }

  /** Starts a container of a run, within the engine's own limits. */
  StartedContainer start(
      RunSandbox sandbox, Rootfs rootfs, ContainerProcess process, OutputSink output)
      throws EngineException, IOException, InterruptedException {
    requireUser(process.user());
    Limits limits =
        process
            .limits()
            .withProcessesAtMost(options.processLimit())
            .withMemoryAtMost(options.memoryLimitBytes());
    Containers containers = containers();
    boolean memory = limits.memoryBytes() > 0;
    if ((memory || limits.cpus() > 0) && !containers.hasLimits()) {
      String what = !memory ? "processors" : limits.cpus() > 0 ? "memory and processors" : "memory";
      output.line(
          "WARNING: this agent keeps no limit of "
              + what
              + ": the launcher "
              + containers.launcher()
              + " has none; see ./slipway doctor");
    }
    try {
      return containers.start(sandbox, rootfs, process.within(limits), output);
    } catch (IllegalArgumentException wrong) {
      throw new EngineException(
          EngineException.Cause.USER, String.valueOf(wrong.getMessage()), wrong);
    }
  }

  BuiltinOptions options() {
    return options;
  }

  InstantSource clock() {
    return clock;
  }

  Path folder() {
    return options.folder().toAbsolutePath().normalize();
  }

  void closed(BuiltinRun run) {
    runs.remove(run);
    try {
      store.collectGarbage(options.storeLimitBytes());
    } catch (IOException failed) {
      System.getLogger(BuiltinEngine.class.getName())
          .log(System.Logger.Level.WARNING, "The image store could not be tidied", failed);
    }
  }

  @Override
  public void close() {
    List.copyOf(runs).forEach(BuiltinRun::close);
    try {
      store.close();
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }
}
