package io.slipway.engine.builtin.sandbox;

import io.slipway.engine.OutputSink;
import io.slipway.engine.process.ChildProcess;
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
  public ChildProcess start(
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
    if (process.noNetwork()) {
      command.add("--net");
    }
    command.addAll(List.of("sh", script.toString()));
    return sandbox.start(command, output);
  }
}
