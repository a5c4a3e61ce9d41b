package io.slipway.builder.sandbox;

import io.slipway.builder.OutputSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Starts containers with the launcher that works on this machine. */
public final class Containers {
  private final Launcher launcher;

  Containers(Launcher launcher) {
    this.launcher = launcher;
  }

  /** Name of the launcher. */
  public String launcher() {
    return launcher.name();
  }

  /** Whether limits of memory and processors are kept. */
  public boolean hasLimits() {
    return launcher.hasLimits();
  }

  /** Starts a container; its mounts are gone when its process is. */
  public StartedContainer start(
      RunSandbox sandbox, Rootfs rootfs, ContainerProcess process, OutputSink output)
      throws IOException {
    Path script = rootfs.beside().resolve("start.sh");
    Files.createFile(
        script, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    // A file, because arguments can be read by everybody on the machine.
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
    if (process.network() instanceof ContainerNetwork.None) {
      command.add("--net");
    }
    command.addAll(List.of("sh", script.toString()));
    // One namespace of processes is the sandbox's, one was just made.
    return new StartedContainer(sandbox.start(command, output), 2 + launcher.processNamespaces());
  }
}
