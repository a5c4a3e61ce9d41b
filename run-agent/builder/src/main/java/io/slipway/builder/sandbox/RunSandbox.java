package io.slipway.builder.sandbox;

import io.slipway.builder.OutputSink;
import io.slipway.builder.process.ChildProcess;
import io.slipway.builder.process.Tools;
import io.slipway.builder.process.Watchdog;
import io.slipway.identity.client.egress.EgressPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Namespaces of one run: mounts, processes and network that only it has.
 *
 * <p>Its first process reads a pipe from this one, see {@link Watchdog}. Should this process die in
 * whatever way, or be stopped and feed it no longer, the first process ends, and the kernel then
 * ends every process of the run and takes its mounts and networks away. Nothing has to be cleaned
 * up by anybody.
 */
public final class RunSandbox implements AutoCloseable {
  /** What its first process says when the bridge of the default network is there. */
  static final String BRIDGE = "bridge";

  private static final String READY = "ready";
  private static final long GONE_SECONDS = 5;

  /** With two hierarchies of control groups, crun takes part in neither. */
  private static final Path SECOND_HIERARCHY = Path.of("/sys/fs/cgroup/unified");

  private final Process process;
  private final Watchdog watchdog;
  private final ProcessHandle first;
  private final boolean bridge;
  private final List<ChildProcess> children = new ArrayList<>();
  private final long opened = System.nanoTime();
  private int members = 1;
  private @Nullable Egress egress;
  private @Nullable KeptNetwork kept;

  private RunSandbox(Process process, ProcessHandle first, boolean bridge) {
    this.process = process;
    this.watchdog = new Watchdog(process);
    this.first = first;
    this.bridge = bridge;
  }

  /**
   * Opens one.
   *
   * @param egress what {@link #openEgress} will let through; null if it will not be called
   * @throws IOException if this process may not make namespaces; the message is the system's
   */
  public static RunSandbox of(@Nullable EgressPolicy egress)
      throws IOException, InterruptedException {
    return open(Watchdog.words(begin(egress), ":", ":"));
  }

  /** What its first process does before it waits to be fed. */
  static String begin(@Nullable EgressPolicy egress) {
    StringBuilder script = new StringBuilder();
    if (Files.exists(SECOND_HIERARCHY.resolve("cgroup.controllers"))) {
      // In here only: the mounts are the sandbox's own. Without root it can but be covered.
      script.append(
          "umount %1$s 2>/dev/null || mount -t tmpfs tmpfs %1$s 2>/dev/null%n"
              .formatted(SECOND_HIERARCHY));
    }
    script.append(egress == null ? "ip link set lo up 2>/dev/null\n" : Egress.beginScript(egress));
    return script.append("echo ").append(READY).toString();
  }

  /** With the words that start the first process. */
  static RunSandbox open(List<String> first) throws IOException, InterruptedException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "unshare",
                "--mount",
                "--net",
                "--pid",
                "--fork",
                "--kill-child",
                "--propagation",
                "private",
                "--mount-proc"));
    words.addAll(first);
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(Tools.ENVIRONMENT);
    Process process = builder.start();
    StringBuilder message = new StringBuilder();
    var reader = process.inputReader();
    boolean bridge = false;
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      if (line.equals(READY)) {
        return new RunSandbox(process, firstOf(process), bridge);
      }
      if (line.equals(BRIDGE)) {
        bridge = true;
      } else {
        message.append(line).append(' ');
      }
    }
    process.waitFor();
    throw new IOException("Namespaces cannot be made here: " + message.toString().strip());
  }

  /** Its first process: the only child of the program that made the namespaces. */
  private static ProcessHandle firstOf(Process process) throws IOException {
    String pid = String.valueOf(process.pid());
    Path children = Path.of("/proc", pid, "task", pid, "children");
    // Asking Java for the children reads every process of the machine, and there can be thousands.
    Optional<ProcessHandle> first =
        Files.isReadable(children)
            ? Stream.of(Files.readString(children).split(" "))
                .filter(each -> each.matches("\\d{1,10}"))
                .findFirst()
                .flatMap(each -> ProcessHandle.of(Long.parseLong(each)))
            : process.children().findFirst();
    return first.orElseThrow(() -> new IOException("The sandbox ended at once"));
  }

  /**
   * Gives its network a way out, see {@link Egress}.
   *
   * @param socket where it takes orders, 107 bytes at most; gone with the sandbox
   * @throws IOException if that is not possible here
   */
  public void openEgress(Path socket) throws IOException {
    egress = Egress.open(this, socket);
    if (bridge) {
      kept = new KeptNetwork();
    }
  }

  /** A network that containers have one after the other, or null where there is none. */
  public @Nullable KeptNetwork keptNetwork() {
    return kept;
  }

  /** Its way to other hosts, or null if it has none. */
  public @Nullable Egress egress() {
    return egress;
  }

  /** Whether its network reaches other hosts. */
  public boolean hasEgress() {
    return egress != null;
  }

  /** Whether the bridge of {@link NetworkNamespaces#DEFAULT} is there from the beginning. */
  public boolean hasBridge() {
    return bridge;
  }

  /**
   * Keeps it alive for another {@link Watchdog#SECONDS}; from the first call on it ends by itself
   * once the calls stop. Never waits for anything that a run could hold up.
   */
  public void feed() {
    watchdog.feed();
  }

  /** Whether it ended because it was not fed. */
  public boolean isStarved() {
    return watchdog.isStarved();
  }

  /** How long ago it was opened. */
  public Duration age() {
    return Duration.ofNanos(System.nanoTime() - opened);
  }

  /**
   * Whether nothing but its first process is in it, which has not begun to end it, and its way out
   * is still open if it had one.
   */
  public synchronized boolean isEmpty() {
    return process.isAlive()
        && (egress == null || egress.isAlive())
        && !watchdog.isStarved()
        && children.stream().noneMatch(ChildProcess::isAlive);
  }

  /**
   * A number for a container in one of its networks, {@code 2} to {@code 253} in turns: the kernel
   * forgets a container's addresses some time after its end.
   */
  public synchronized int nextMember() {
    members = members > NetworkNamespaces.MOST_MEMBERS ? 2 : members + 1;
    return members;
  }

  /** Process id of its first process; fails if that has ended. */
  long pid() throws IOException {
    if (!process.isAlive()) {
      // The system may have given its first process's number to any other process by now.
      throw new IOException("the namespaces of the run have ended");
    }
    return first.pid();
  }

  /**
   * Words before a command that is to be executed in here. They wait for it as a process of their
   * own, which outlives them if they alone are ended.
   *
   * @param mounts instead of its own
   * @param network a file; null for that of this process
   * @throws IOException if it has ended
   */
  List<String> enter(Optional<OpenNamespace> mounts, @Nullable Path network) throws IOException {
    List<String> words =
        new ArrayList<>(List.of("nsenter", "--target", String.valueOf(pid()), "--pid"));
    words.add("--mount" + mounts.map(each -> "=" + each.file()).orElse(""));
    if (network != null) {
      words.add("--net=" + network);
    }
    words.add("--");
    return words;
  }

  /** Its network, as a file. */
  Path network() throws IOException {
    return Path.of("/proc", String.valueOf(pid()), "ns/net");
  }

  /** Executes a short command in here, for example one that sets up a network. */
  String run(String... command) throws IOException, InterruptedException {
    List<String> words = enter(Optional.empty(), network());
    words.addAll(List.of("setpriv", "--pdeathsig", "KILL"));
    words.addAll(List.of(command));
    return ChildProcess.run(words);
  }

  /** Starts a program in here; it is ended with the sandbox at the latest. */
  synchronized ChildProcess start(List<String> command, Path input, OutputSink output)
      throws IOException {
    children.removeIf(child -> !child.isAlive());
    ChildProcess child = ChildProcess.start(command, Tools.ENVIRONMENT, input, output);
    children.add(child);
    return child;
  }

  @Override
  public synchronized void close() {
    // The kernel ends all that runs in here before it lets the first process end.
    first.destroyForcibly();
    if (egress != null) {
      egress.close();
    }
    // Longer only if something in here waits for a device, which nobody can end.
    process.onExit().completeOnTimeout(process, GONE_SECONDS, TimeUnit.SECONDS).join();
    process.destroyForcibly();
    children.forEach(ChildProcess::kill);
    if (kept != null) { // after all that may still be about to open it by its number
      kept.close();
    }
  }
}
