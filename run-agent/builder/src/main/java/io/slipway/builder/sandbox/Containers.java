package io.slipway.builder.sandbox;

import io.slipway.builder.OutputSink;
import io.slipway.builder.process.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/** Starts containers with the launcher that works on this machine. */
public final class Containers {
  private final Launcher launcher;

  Containers(Launcher launcher) {
    this.launcher = launcher;
  }

  public String launcher() {
    return launcher.name();
  }

  /** Whether limits of memory and processors are kept. */
  public boolean hasLimits() {
    return launcher.hasLimits();
  }

  /** Starts a container; its mounts end with its process. */
  public StartedContainer start(
      RunSandbox sandbox, Rootfs rootfs, ContainerProcess process, OutputSink output)
      throws IOException {
    Path script = rootfs.beside().resolve("start.sh");
    Files.createFile(
        script, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    // A file, because every user of the machine can read the arguments of a process.
    Files.writeString(script, "set -e\n" + rootfs.mountScript() + launcher.script(rootfs, process));
    List<String> command = sandbox.enter(process.network());
    command.addAll(
        List.of(
            "unshare",
            "--mount",
            "--pid",
            "--fork",
            "--kill-child",
            "--ipc",
            "--uts",
            "--propagation",
            "private",
            "--mount-proc"));
    if (process.network() instanceof ContainerProcess.ContainerNetwork.None) {
      command.add("--net");
    }
    command.addAll(List.of("sh", script.toString()));
    // One namespace of processes is the sandbox's, one was just made.
    return new StartedContainer(sandbox.start(command, output), 2 + launcher.processNamespaces());
  }

  /** A way to turn a mounted root and a process into a container. */
  interface Launcher {
    /** Its name, as in the configuration. */
    String name();

    /** How many process namespaces it makes itself. */
    int processNamespaces();

    /** Whether limits of memory and processors are kept. */
    boolean hasLimits();

    /**
     * The end of a shell script that is run as the first process of a fresh process and mount
     * namespace, with the root mounted; its last command becomes the container's process.
     */
    String script(Rootfs rootfs, ContainerProcess process) throws IOException;
  }

  /**
   * A container that was started.
   *
   * @param child the program that holds it; ends with the container and with its exit code
   * @param namespaces how many process namespaces its first process is below this one
   */
  public record StartedContainer(ChildProcess child, int namespaces) {
    /** Sends a signal to its first process, for example {@code SIGTERM} or {@code 15}. */
    public void signal(String name) throws IOException, InterruptedException {
      Optional<Long> first = first();
      if (first.isPresent()) {
        String plain = name.startsWith("SIG") ? name.substring(3) : name;
        ChildProcess.run(List.of("kill", "-s", plain, String.valueOf(first.get())));
      }
    }

    /** Its first process: what its namespace calls 1, and all above it something else. */
    private Optional<Long> first() throws IOException {
      int depth = numbers("self").size() + namespaces;
      for (ProcessHandle each : child.below()) {
        List<String> numbers = numbers(String.valueOf(each.pid()));
        if (numbers.size() == depth && numbers.getLast().equals("1")) {
          return Optional.of(each.pid());
        }
      }
      return Optional.empty();
    }

    /** What the namespaces of a process call it, the outermost first. */
    private static List<String> numbers(String process) throws IOException {
      Path status = Path.of("/proc", process, "status");
      if (!Files.exists(status)) {
        return List.of("");
      }
      try (var lines = Files.lines(status)) {
        return lines
            .filter(line -> line.startsWith("NSpid:"))
            .map(line -> List.of(line.substring("NSpid:".length()).strip().split("\\s+")))
            .findFirst()
            .orElse(List.of(""));
      } catch (UncheckedIOException | NoSuchFileException gone) {
        return List.of("");
      }
    }
  }
}
