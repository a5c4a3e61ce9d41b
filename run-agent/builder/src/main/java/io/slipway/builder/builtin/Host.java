package io.slipway.builder.builtin;

import io.slipway.builder.BuiltinOptions;
import io.slipway.builder.BuiltinOptions.Ids;
import io.slipway.builder.ContainerEngine.Probe;
import io.slipway.builder.EngineException;
import io.slipway.builder.Limits;
import io.slipway.builder.OutputSink;
import io.slipway.builder.process.Tools;
import io.slipway.builder.sandbox.ContainerProcess;
import io.slipway.builder.sandbox.ContainerProcess.ProcessUser;
import io.slipway.builder.sandbox.ContainerProcess.Rights;
import io.slipway.builder.sandbox.Containers;
import io.slipway.builder.sandbox.Containers.StartedContainer;
import io.slipway.builder.sandbox.LauncherChoice;
import io.slipway.builder.sandbox.MappedIds;
import io.slipway.builder.sandbox.Rootfs;
import io.slipway.builder.sandbox.RunGroup;
import io.slipway.builder.sandbox.RunSandbox;
import io.slipway.builder.sandbox.UserMap;
import io.slipway.builder.store.CacheFolders;
import io.slipway.builder.store.FreeSpace;
import io.slipway.builder.store.ImageStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * This machine, as the engine's settings let runs use it: the launcher of containers and the way to
 * other hosts, each tried out when it is needed first.
 */
final class Host {
  private final BuiltinOptions options;
  private final ImageStore store;
  private final InstantSource clock;
  private final MemoryFolders starts;
  private final IdleSandboxes idle = new IdleSandboxes();
  private final StartTurns turns = new StartTurns();
  private final CacheFolders caches;
  private final DiskReserve reserve;
  private @Nullable LauncherChoice choice;
  private @Nullable MappedIds ids;
  private String unmapped =
      "slipway.agent.ids=auto has it be nobody there, where ./slipway doctor says that it works";
  private @Nullable Probe egress;

  Host(BuiltinOptions options, ImageStore store, InstantSource clock) {
    this.options = options;
    this.store = store;
    this.clock = clock;
    this.caches = new CacheFolders(folder().resolve("caches"), clock);
    this.reserve = new DiskReserve(store.freeSpace(), options.run().reserveBytes(), this::free);
    this.starts = MemoryFolders.open(folder(), folder().resolve("scratch"));
  }

  /** What was found here, a line for each thing that was tried. */
  List<Probe> probes() {
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
              works
                  ? null
                  : "apt-get install crun, and run the agent as root; builds without RUN of contexts that are not from git work as it is"));
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

  /** Which users a container can have, and whom of the machine they stand for. */
  private Probe users() {
    String subject = "users of containers";
    try {
      UserMap users = UserMap.current();
      Ids wanted = options.ids();
      if (ids != null) {
        String whom =
            "0 to %d, which are nobody on the machine (from %d on), by slipway.agent.ids=%s; with machine, the default, root is the machine's";
        return Probe.works(subject, whom.formatted(wanted.count() - 1, wanted.first(), wanted));
      }
      if (users.isWhole()) {
        return new Probe(
            subject,
            wanted.equals(Ids.MACHINE),
            false,
            "all, and root is the machine's, with few rights: " + unmapped,
            "Linux 5.19 or newer, and a file system that maps ids, as ext4, xfs and btrfs do; or slipway.agent.ids=machine");
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
      return Probe.missing(subject, String.valueOf(unknown.getMessage()), UserMap.REMEDY);
    }
  }

  /** As {@link #probes()}, and tries every launcher, also those that are not used. */
  List<Probe> examine() throws InterruptedException {
    LauncherChoice unused = choice();
    List<Probe> probes = new ArrayList<>(LauncherChoice.every(ids, launcherFolder(), store));
    probes().stream().filter(probe -> !probe.subject().contains("launcher")).forEach(probes::add);
    return probes.stream().distinct().toList();
  }

  private Path launcherFolder() {
    return options.folder().toAbsolutePath().resolve("launchers");
  }

  /**
   * Refuses the machine's own network where it is not allowed.
   *
   * @param what what asked for it, as its author wrote it
   */
  void requireHostNetwork(String what) throws EngineException {
    if (!options.allowed().hostNetwork()) {
      throw EngineException.unsupported(
          what
              + " is not allowed on this agent (slipway.agent.allow-host-network): it reaches what"
              + " the agent's machine reaches");
    }
  }

  /** Whether steps can reach other hosts. */
  boolean hasEgress() throws InterruptedException {
    return egress().works();
  }

  /** The way to other hosts; tried at the first call. */
  private synchronized Probe egress() throws InterruptedException {
    Probe known = egress;
    if (known == null) {
      String subject = "other hosts for RUN and cmd";
      try (RunSandbox sandbox = RunSandbox.of(options.allowed().egress())) {
        sandbox.openEgress(newSocket());
        known = Probe.works(subject, "by slirp4netns");
      } catch (IOException failed) {
        known =
            Probe.missing(
                subject,
                "steps have no network but their own: " + failed.getMessage(),
                "apt-get install slirp4netns iproute2, and let the agent's user open /dev/net/tun");
      }
      egress = known;
    }
    return known;
  }

  /** Near the root of the folder, because a socket's path has 107 bytes at most. */
  Path newSocket() {
    return folder().resolve("scratch").resolve(UUID.randomUUID().toString().substring(0, 8) + ".s");
  }

  /** The launcher; tried at the first call. */
  synchronized LauncherChoice choice() throws InterruptedException {
    LauncherChoice known = choice;
    if (known == null) {
      known = options.ids().equals(Ids.MACHINE) ? made(options.launchers(), null) : mapped();
      choice = known;
    }
    return known;
  }

  private LauncherChoice made(List<String> launchers, @Nullable MappedIds others)
      throws InterruptedException {
    return LauncherChoice.make(launchers, others, launcherFolder(), store, clock);
  }

  /**
   * Containers have ids of their own; where that fails, or would cost their limits, they have the
   * machine's, or there are none if they must not.
   */
  private LauncherChoice mapped() throws InterruptedException {
    try {
      if (options.allowed().rawSockets()) {
        throw new IOException("raw sockets are allowed, which only the machine's root has");
      }
      MappedIds opened = MappedIds.open(options.ids());
      try {
        LauncherChoice made = made(options.launchers(), opened);
        if (made.chosen().isEmpty()
            || !hasLimits(made) && hasLimits(made(options.launchers(), null))) {
          throw new IOException("no container starts, or its limits are lost: " + made.probes());
        }
        ids = opened;
        starts.useOnly(opened::require);
        return made;
      } finally {
        if (ids == null) {
          opened.close();
        }
      }
    } catch (IOException failed) {
      unmapped = "slipway.agent.ids=%s fails: %s".formatted(options.ids(), failed.getMessage());
      return made(options.ids().required() ? List.of() : options.launchers(), null);
    }
  }

  private static boolean hasLimits(LauncherChoice made) {
    return made.chosen().map(Containers::hasLimits).orElse(false);
  }

  /** Fails unless containers have ids of their own. */
  void requireIds() throws IOException {
    try {
      LauncherChoice unused = choice();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      unmapped = "slipway.agent.ids=%s: interrupted while it was tried".formatted(options.ids());
    }
    if (ids == null) {
      throw new IOException(unmapped);
    }
  }

  Containers containers() throws EngineException, InterruptedException {
    LauncherChoice made = choice();
    if (made.chosen().isEmpty()) {
      StringBuilder why = new StringBuilder();
      made.probes()
          .forEach(probe ->
              why.append("; ").append(probe.subject()).append(": ").append(probe.detail()));
      throw EngineException.unsupported(
          "this agent cannot run containers (RUN and cmd)" + why + "; see ./slipway doctor");
    }
    return made.chosen().get();
  }

  private void requireUser(Containers containers, ProcessUser user)
      throws EngineException, IOException {
    if (!containers.users().has(user)) {
      throw EngineException.unsupported(
          ids == null
              ? "user %d:%d is not available to this agent, which runs without root; %s"
                  .formatted(user.uid(), user.gid(), UserMap.REMEDY)
              : "user %d:%d is not available to this agent, whose containers have 0 to %d (slipway.agent.ids)"
                  .formatted(user.uid(), user.gid(), options.ids().count() - 1));
    }
  }

  /** Starts a container of a run, within the limits of its own and of its run. */
  StartedContainer start(
      RunSandbox sandbox,
      RunGroup group,
      Rootfs rootfs,
      ContainerProcess process,
      OutputSink output)
      throws EngineException, IOException, InterruptedException {
    Limits limits = process.limits();
    Containers containers = containers();
    requireUser(containers, process.user());
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
      boolean raw = process.rights() == Rights.USUAL && options.allowed().rawSockets();
      Rights rights = raw ? Rights.RAW_SOCKETS : process.rights();
      return containers.start(sandbox, group, rootfs, process.with(rights, limits), output);
    } catch (IllegalArgumentException wrong) {
      throw EngineException.user(wrong);
    }
  }

  /** Takes away what the engine has on the machine; no run may be open. */
  synchronized void close() throws IOException {
    idle.close();
    if (choice != null) {
      choice.chosen().ifPresent(Containers::sweep);
    }
    if (ids != null) {
      ids.close();
    }
    starts.close();
  }

  /** Deletes so much of what no run uses, if there is so much of it. */
  private void free(long bytes) throws IOException, InterruptedException {
    long freed = store.collectGarbage(Math.max(0, store.usage().totalBytes() - bytes));
    if (freed < bytes) {
      long unused = caches.collect(0);
    }
  }

  /** Folders that builds keep for the next ones. */
  CacheFolders caches() {
    return caches;
  }

  FreeSpace freeSpace() {
    return store.freeSpace();
  }

  DiskReserve reserve() {
    return reserve;
  }

  /** Sandboxes that are in no run at the moment. */
  IdleSandboxes idle() {
    return idle;
  }

  /** Turns of the containers of steps. */
  StartTurns turns() {
    return turns;
  }

  /** Folders for what starts a container. */
  MemoryFolders starts() {
    return starts;
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
}
