package io.slipway.engine.builtin.sandbox;

import io.slipway.engine.Probe;
import io.slipway.images.store.ImageSpace;
import io.slipway.images.store.ImageStore;
import io.slipway.images.store.UpperDraft;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Finds the launcher by really starting a container with each, the best first. */
public final class LauncherChoice {
  /** All launchers, the one with the firmest border first. */
  public static final List<String> ALL = List.of("runc", "crun", "unshare");

  private final List<Probe> probes = new ArrayList<>();
  private Optional<Containers> chosen = Optional.empty();

  private LauncherChoice() {}

  /**
   * Tries launchers until one works.
   *
   * @param names launchers to try, in this order
   * @param folder folder for files of the trials and the launchers
   */
  public static LauncherChoice make(List<String> names, Path folder, ImageStore store)
      throws InterruptedException {
    LauncherChoice choice = new LauncherChoice();
    for (String name : names) {
      if (choice.chosen.isEmpty()) {
        choice.tryOut(name, folder, store);
      }
    }
    return choice;
  }

  /** The first that worked. */
  public Optional<Containers> chosen() {
    return chosen;
  }

  /** What was seen. */
  public List<Probe> probes() {
    return List.copyOf(probes);
  }

  private void tryOut(String name, Path folder, ImageStore store) throws InterruptedException {
    String subject = "launcher " + name;
    try {
      Launcher launcher =
          switch (name) {
            case "unshare" -> UnshareLauncher.open(folder.resolve("tools"));
            case "runc", "crun" ->
                new OciLauncher(
                    Tools.find(name).orElseThrow(() -> new IOException("not installed")));
            default -> throw new IOException("there is no such launcher; known are " + ALL);
          };
      Containers containers = new Containers(launcher);
      Trial.run(containers, folder.resolve("trial-" + UUID.randomUUID()), store);
      probes.add(new Probe(subject, true, false, "started a container", null));
      chosen = Optional.of(containers);
    } catch (IOException failed) {
      probes.add(
          new Probe(subject, false, false, String.valueOf(failed.getMessage()), remedy(name)));
    }
  }

  private static String remedy(String name) {
    return name.equals("unshare")
        ? "run the agent as root, or allow unprivileged user namespaces"
        : "apt-get install " + name + " (optional: firmer borders and limits of memory)";
  }

  /** Runs the machine's own {@code true} in a container. */
  private static final class Trial {
    static void run(Containers containers, Path folder, ImageStore store)
        throws IOException, InterruptedException {
      Path program = Tools.find("true").orElseThrow(() -> new IOException("true is not installed"));
      ByteArrayOutputStream printed = new ByteArrayOutputStream();
      try (RunSandbox sandbox = RunSandbox.open(folder);
          ImageSpace space = store.openSpace("trial-" + UUID.randomUUID());
          UpperDraft upper = space.newUpper()) {
        List<Mount> mounts = new ArrayList<>();
        for (String shared : List.of("/usr", "/lib", "/lib64", "/bin")) {
          if (java.nio.file.Files.isDirectory(Path.of(shared))) {
            mounts.add(Mount.bind(Path.of(shared).toRealPath(), shared, true));
          }
        }
        Rootfs rootfs = Rootfs.of(space.unpack(List.of()), upper, mounts);
        ContainerProcess process =
            new ContainerProcess(
                "trial",
                List.of(program.toString()),
                Map.of("PATH", "/usr/bin:/bin"),
                "/",
                new ProcessUser(0, 0, List.of(), "/root"),
                mounts,
                null,
                false,
                false,
                0,
                0);
        int code = containers.start(sandbox, rootfs, process, printed::write).await();
        if (code != 0) {
          throw new IOException(
              "ended with "
                  + code
                  + ": "
                  + printed.toString(StandardCharsets.UTF_8).strip().replace('\n', ' '));
        }
      }
    }
  }
}
