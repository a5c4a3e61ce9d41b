package io.slipway.builder.sandbox;

import io.slipway.builder.BuiltinOptions;
import io.slipway.builder.BuiltinOptions.RunLimits;
import io.slipway.builder.ContainerEngine.Probe;
import io.slipway.builder.Limits;
import io.slipway.builder.process.Folders;
import io.slipway.builder.process.Tools;
import io.slipway.builder.sandbox.ContainerProcess.Mount;
import io.slipway.builder.sandbox.Containers.StartedContainer;
import io.slipway.builder.store.ImageSpace;
import io.slipway.builder.store.ImageStore;
import io.slipway.builder.store.UpperDraft;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds the launcher by really starting a container with each, the best first. */
public final class LauncherChoice {
  private static final int LIMIT_MIB = 64;
  private static final int TAKEN_MIB = 256;
  private static final int LIMIT_PROCESSES = 64;
  private static final RunLimits TRIAL_LIMITS = new RunLimits(0, 0, 1000, 0, 0);

  private final List<Probe> probes = new ArrayList<>();
  private Optional<Containers> chosen = Optional.empty();
  private final @Nullable MappedIds ids;

  private LauncherChoice(@Nullable MappedIds ids) {
    this.ids = ids;
  }

  /**
   * Tries launchers until one works; one that keeps limits goes before all others. What an earlier
   * process left in control groups of the folder is ended, and groups that nobody uses go.
   *
   * @param names launchers to try, in this order
   * @param ids what containers have in place of the machine's ids; null if they have those
   * @param folder folder for files of the trials and the launchers
   */
  public static LauncherChoice make(
      List<String> names,
      @Nullable MappedIds ids,
      Path folder,
      ImageStore store,
      InstantSource clock)
      throws InterruptedException {
    ControlGroups groups = new ControlGroups(folder);
    groups.sweep();
    groups.sweepOthers(clock.instant());
    return make(names, ids, groups, folder, store);
  }

  private static LauncherChoice make(
      List<String> names,
      @Nullable MappedIds ids,
      ControlGroups groups,
      Path folder,
      ImageStore store)
      throws InterruptedException {
    LauncherChoice choice = new LauncherChoice(ids);
    // An ordinary user's agent may start containers, but mostly not limit them.
    for (boolean limits : List.of(true, false)) {
      if (choice.chosen.isPresent()) {
        break;
      }
      choice.probes.clear();
      for (String name : names) {
        if (choice.chosen.isEmpty()) {
          choice.tryOut(name, limits ? groups : null, folder, store);
        }
      }
    }
    return choice;
  }

  /** Tries every launcher and reports each, also those that would not be used. */
  public static List<Probe> every(@Nullable MappedIds ids, Path folder, ImageStore store)
      throws InterruptedException {
    List<Probe> probes = new ArrayList<>();
    for (String name : BuiltinOptions.LAUNCHERS) {
      LauncherChoice choice = make(List.of(name), ids, new ControlGroups(folder), folder, store);
      probes.addAll(choice.probes);
      if (choice.chosen.isPresent()) {
        probes.add(limits(choice.chosen.get(), folder, store));
      }
    }
    return probes;
  }

  /** Whether a launcher really keeps a limit of memory: a container takes more than it may. */
  public static Probe limits(Containers containers, Path folder, ImageStore store)
      throws InterruptedException {
    String subject = "memory limit by " + containers.launcher();
    String take = "head -c %dm /dev/zero | tail | wc -c".formatted(TAKEN_MIB);
    String detail;
    try {
      String taken =
          Trial.run(
              containers,
              folder.resolve("trial-" + UUID.randomUUID()),
              store,
              List.of("/bin/sh", "-c", take),
              new RunLimits((long) LIMIT_MIB << 20, 0, 0, 0, 0));
      if (!taken.contains(String.valueOf((long) TAKEN_MIB << 20))) {
        return Probe.works(subject, "a run with %d MiB got no more".formatted(LIMIT_MIB));
      }
      detail = "a run with %d MiB took %d MiB".formatted(LIMIT_MIB, TAKEN_MIB);
    } catch (IOException failed) {
      detail = String.valueOf(failed.getMessage());
    }
    return Probe.missing(subject, detail, "runc or crun, and cgroups that may be written");
  }

  public Optional<Containers> chosen() {
    return chosen;
  }

  /** What was found, one line per trial. */
  public List<Probe> probes() {
    return List.copyOf(probes);
  }

  /** With limits if there are control groups for them. */
  private void tryOut(String name, @Nullable ControlGroups groups, Path folder, ImageStore store)
      throws InterruptedException {
    String subject = "launcher " + name;
    try {
      RunLimits limits = groups == null ? RunLimits.NONE : TRIAL_LIMITS;
      tryOut(subject, launcher(name, groups), folder, store, limits);
    } catch (IOException failed) {
      probes.add(
          new Probe(subject, false, false, String.valueOf(failed.getMessage()), remedy(name)));
    }
  }

  private static OciLauncher launcher(String name, @Nullable ControlGroups groups)
      throws IOException {
    if (!BuiltinOptions.LAUNCHERS.contains(name)) {
      throw new IOException(
          "there is no such launcher; expected one of " + BuiltinOptions.LAUNCHERS);
    }
    return new OciLauncher(
        Tools.find(name).orElseThrow(() -> new IOException("not installed")), groups);
  }

  private void tryOut(
      String subject, OciLauncher launcher, Path folder, ImageStore store, RunLimits limits)
      throws IOException, InterruptedException {
    Containers containers = new Containers(launcher, ids);
    String unused =
        Trial.run(
            containers,
            folder.resolve("trial-" + UUID.randomUUID()),
            store,
            List.of("/bin/sh", "-c", "read it < /given/file && echo $it > /given/folder/made"),
            limits);
    // crun without the right to control groups starts containers and says nothing.
    if (launcher.hasLimits() && !keepsLimits(containers, folder, store)) {
      throw new IOException("no limits are kept: control groups may not be written");
    }
    probes.add(Probe.works(subject, "started a container on overlayfs and namespaces"));
    chosen = Optional.of(containers);
  }

  /** By processes: of memory, a machine with a swap gives more than its limit. */
  private static boolean keepsLimits(Containers containers, Path folder, ImageStore store)
      throws InterruptedException {
    String start = "i=0; while [ $i -lt %d ]; do sleep 9 & i=$((i+1)); done; echo all started";
    try {
      return !Trial.run(
              containers,
              folder.resolve("trial-" + UUID.randomUUID()),
              store,
              List.of("/bin/sh", "-c", start.formatted(2 * LIMIT_PROCESSES)),
              new RunLimits(0, 0, LIMIT_PROCESSES, 0, 0))
          .contains("all started");
    } catch (IOException noMoreProcesses) {
      return true; // the same container with a wider limit has just started and ended well
    }
  }

  private static String remedy(String name) {
    return Tools.find(name).isPresent()
        ? "run the agent as root, or allow unprivileged user namespaces"
        : "apt-get install " + name + " (one of " + BuiltinOptions.LAUNCHERS + " is needed)";
  }

  /** Runs a program of the machine in a container. */
  private static final class Trial {
    static String run(
        Containers containers,
        Path folder,
        ImageStore store,
        List<String> command,
        RunLimits limits)
        throws IOException, InterruptedException {
      ByteArrayOutputStream printed = new ByteArrayOutputStream();
      String key = "trial-" + UUID.randomUUID();
      try (RunSandbox sandbox = RunSandbox.of(null);
          RunGroup group = containers.openGroup(key, limits);
          ImageSpace space = store.openSpace(key);
          UpperDraft upper = space.newUpper()) {
        Path beside = Files.createDirectories(folder.resolve("beside"));
        List<Mount> mounts = new ArrayList<>();
        for (String shared : List.of("/usr", "/lib", "/lib64", "/bin")) {
          if (Files.isDirectory(Path.of(shared))) {
            mounts.add(Mount.shared(Path.of(shared).toRealPath(), shared));
          }
        }
        Path file = Files.writeString(folder.resolve("file"), "text\n");
        mounts.add(Mount.bind(file, "/given/file", true));
        mounts.add(Mount.bind(Files.createDirectory(folder.resolve("in")), "/given/folder", false));
        Rootfs rootfs = Rootfs.of(space.unpack(List.of()), upper, beside, mounts);
        ContainerProcess process =
            new ContainerProcess(
                "trial",
                command,
                Map.of("PATH", "/usr/bin:/bin"),
                "/",
                new ContainerProcess.ProcessUser(0, 0, List.of(), "/root"),
                mounts,
                new ContainerProcess.ContainerNetwork.Sandbox(),
                ContainerProcess.Rights.USUAL,
                Limits.NONE);
        StartedContainer started =
            containers.start(sandbox, group, rootfs, process, printed::write);
        int code;
        try {
          code = started.child().await();
        } finally {
          started.clean().run();
        }
        if (code != 0) {
          throw new IOException("ended with " + code + ": " + text(printed));
        }
        return text(printed);
      } finally {
        Folders.delete(folder);
      }
    }

    private static String text(ByteArrayOutputStream printed) {
      return printed.toString(StandardCharsets.UTF_8).strip().replace('\n', ' ');
    }
  }
}
