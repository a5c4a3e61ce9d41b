package io.slipway.builder.sandbox;

import io.slipway.builder.BuiltinOptions.RunLimits;
import io.slipway.builder.EngineException;
import io.slipway.builder.OutputSink;
import io.slipway.builder.process.ChildProcess;
import io.slipway.builder.process.Tools;
import io.slipway.builder.sandbox.ContainerProcess.ContainerNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Starts containers with the OCI runtime that works on this machine. */
public final class Containers {
  private static final List<String> UNSHARE =
      List.of(
          "unshare",
          "--mount",
          "--pid",
          "--fork",
          "--kill-child",
          "--propagation",
          "private",
          "--mount-proc");

  /** A process that a signal ended has this and the signal's number, 64 at most, as its code. */
  private static final int SIGNALLED = 128;

  private final OciLauncher launcher;
  private final @Nullable MappedIds ids;

  /**
   * Those of a runtime.
   *
   * @param ids what they have in place of the machine's; null if they have those
   */
  Containers(OciLauncher launcher, @Nullable MappedIds ids) {
    this.launcher = launcher;
    this.ids = ids;
  }

  public String launcher() {
    return launcher.name();
  }

  /** Whether limits of memory and processors are kept. */
  public boolean hasLimits() {
    return launcher.hasLimits();
  }

  /**
   * Makes the group that limits the containers of a run, or what stands for none.
   *
   * @param run name that no other run has, letters, digits and {@code -}
   * @throws IOException if a limit cannot be set
   */
  public RunGroup openGroup(String run, RunLimits limits) throws IOException {
    return launcher.openGroup(run, limits);
  }

  /** The users that a container can have. */
  public UserMap users() throws IOException {
    return ids == null ? UserMap.current() : ids.users();
  }

  /** Takes away what is left of groups; no container may be running. */
  public void sweep() {
    launcher.sweep();
  }

  /** Starts a container; its mounts end with its process, once what is left is cleaned. */
  public StartedContainer start(
      RunSandbox sandbox,
      RunGroup group,
      Rootfs rootfs,
      ContainerProcess process,
      OutputSink output)
      throws IOException {
    String id = "slipway-" + UUID.randomUUID();
    MappedFiles mapped =
        ids == null || process.privileged()
            ? null
            : MappedFiles.of(ids, rootfs, process, launcher.program());
    List<String> runtime = launcher.command(rootfs, mapped, process, group, id);
    ContainerNetwork network = process.network();
    List<OpenNamespace> opened = new ArrayList<>();
    Runnable close = () -> opened.forEach(OpenNamespace::close);
    try {
      Path net = network(sandbox, network, opened);
      OpenNamespace mounts =
          OpenNamespace.ofMounts(sandbox, rootfs, mapped, net, launcher.program());
      opened.add(mounts);
      List<String> command = sandbox.enter(Optional.of(mounts), net);
      command.addAll(UNSHARE);
      if (network instanceof ContainerNetwork.Joined joined && !joined.isThere()) {
        String join = NetworkNamespaces.joinScript(joined) + "exec " + Tools.quote(runtime) + "\n";
        Path script = script(rootfs.beside().resolve("start.sh"), join);
        command.addAll(List.of("sh", script.toString()));
        command = NetworkNamespaces.withOuter(sandbox, command);
      } else {
        command.addAll(runtime);
      }
      Memory memory = new Memory(group, id, process.limits().memoryBytes(), group.shortage());
      return new StartedContainer(
          sandbox.start(command, mounts.input(), output),
          OciLauncher.state(rootfs),
          memory,
          () -> {
            close.run();
            group.remove(id);
          });
    } catch (IOException | RuntimeException failed) {
      close.run();
      throw failed;
    }
  }

  /**
   * A container's network, as a file; null for that of this process.
   *
   * @param opened takes one that is made for it
   */
  private static @Nullable Path network(
      RunSandbox sandbox, ContainerNetwork network, List<OpenNamespace> opened) throws IOException {
    if (network instanceof ContainerNetwork.Host) {
      return null;
    }
    if (network instanceof ContainerNetwork.Sandbox) {
      return sandbox.network();
    }
    if (network instanceof ContainerNetwork.Joined joined && joined.kept() != null) {
      return joined.kept().network().file();
    }
    opened.add(OpenNamespace.ofNetwork());
    return opened.getFirst().file();
  }

  /** A file, because every user of the machine can read the arguments of a process. */
  private static Path script(Path file, String lines) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, "set -e\n" + lines);
    return file;
  }

  /**
   * A container's memory.
   *
   * @param group of its run
   * @param id its name in the group
   * @param own most bytes that it may have itself, 0 for what the run may
   * @param before what was counted before it began
   */
  public record Memory(RunGroup group, String id, long own, RunGroup.Shortage before) {
    void require(int code) throws EngineException {
      if (code == 0 || !group.shortage().isSince(before, own > 0)) {
        return;
      }
      boolean lower = own > 0 && (group.memoryBytes() == 0 || own < group.memoryBytes());
      throw EngineException.user(
          ("the container ended with %d: out of memory (OOM), the kernel ended a process of it;"
                  + " the limit of %s is %d MiB%s")
              .formatted(
                  code,
                  lower ? "the step" : "the run",
                  (lower ? own : group.memoryBytes()) >> 20,
                  lower ? "" : " on this agent (slipway.agent.memory-limit)"));
    }
  }

  /**
   * A container that was started.
   *
   * @param child the program that holds it; ends with the container and with its exit code
   * @param begun file that exists once its network and its files are there
   * @param memory what tells whether it had enough
   * @param clean takes away what is left of it on the machine when it is over
   */
  public record StartedContainer(ChildProcess child, Path begun, Memory memory, Runnable clean) {
    /** One namespace of processes is the sandbox's, one the script's, one the runtime's. */
    private static final int NAMESPACES = 3;

    /** Ids of its processes; they may have ended. */
    public List<Long> processes() {
      return memory
          .group()
          .processes(memory.id())
          .orElseGet(() -> child.below().stream().map(ProcessHandle::pid).toList());
    }

    /**
     * Fails if the kernel ended a process of it because its memory was at a limit.
     *
     * @param code with which it ended; with 0 nobody missed what was ended
     */
    public void requireMemory(int code) throws EngineException {
      memory.require(code);
    }

    /**
     * Tells an end of the container from one of what was to become it.
     *
     * @param code with which it ended
     * @throws IOException if its network or its files could not be made; what failed was printed
     */
    public void requireBegun(int code) throws IOException {
      boolean ended = code > SIGNALLED && code <= SIGNALLED + 64;
      if (code != 0 && !ended && !Files.exists(begun)) {
        throw new IOException(
            "the container's network or files could not be set up; its output above says why");
      }
    }

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
      int depth = numbers("self").size() + NAMESPACES;
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
