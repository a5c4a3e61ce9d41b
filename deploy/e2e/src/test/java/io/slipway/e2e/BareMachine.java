package io.slipway.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A machine with what {@code ./slipway demo} installs and no other sandbox, beside a cloud's
 * metadata service: namespaces of networks, mounts and processes on this one. Nothing that is sent
 * in here leaves it, and all of it ends with the test.
 */
final class BareMachine implements AutoCloseable {
  /** Where clouds answer questions about a machine's identity. */
  static final String METADATA = "169.254.169.254";

  private static final String ADDRESS = "198.18.78.1";
  private static final String AROUND = "198.18.78.2";

  /** Other ways to start containers than the one that the demo installs. */
  private static final List<String> OTHERS =
      List.of("runc", "docker", "podman", "buildah", "nerdctl");

  private static final String HIDE =
      """
      for folder in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin; do
        for program in %s; do
          [ ! -e $folder/$program ] || mount --bind /dev/null $folder/$program
        done
      done
      """
          .formatted(String.join(" ", OTHERS));

  /** Reaps the children of processes that ended, as the first process of a machine must. */
  private static final String FIRST = "\nexec 3<&0\ncat <&3 >/dev/null &\necho ready\nwait $!";

  private final Path root =
      Path.of(System.getProperty("slipway.root")).toAbsolutePath().normalize();
  private final Path state;
  private final List<Process> spaces = new ArrayList<>();

  private BareMachine(Path state) {
    this.state = state;
  }

  /**
   * Makes it.
   *
   * @param state folder of its platform; the metadata service serves what is beside it
   * @throws IOException if this user may not, or a program is missing
   */
  static BareMachine open(Path state) throws IOException {
    BareMachine machine = new BareMachine(state);
    try {
      long own = machine.space("ip link set lo up\n" + HIDE);
      long around =
          machine.space(
              "ip link set lo up\npython3 -m http.server --directory "
                  + state.getParent()
                  + " --bind 0.0.0.0 80 >/dev/null 2>&1 </dev/null &");
      machine.network(
          """
          ip link add up0 type veth peer name down0
          ip addr add %s/30 dev up0
          ip link set up0 up
          ip link set down0 netns %d
          """
              .formatted(ADDRESS, around),
          own);
      machine.network(
          """
          ip addr add %s/30 dev down0
          ip addr add %s/32 dev down0
          ip link set down0 up
          """
              .formatted(AROUND, METADATA),
          around);
      machine.network("ip route add default via " + AROUND, own);
      return machine;
    } catch (IOException | RuntimeException | AssertionError failed) {
      machine.close();
      throw failed;
    }
  }

  /** Namespaces that live as long as a pipe from this process; the id of their first process. */
  private long space(String setUp) throws IOException {
    Process process =
        new ProcessBuilder(
                "unshare",
                "--net",
                "--mount",
                "--pid",
                "--fork",
                "--kill-child",
                "--propagation",
                "private",
                "--mount-proc",
                "sh",
                "-ec",
                setUp + FIRST)
            .redirectErrorStream(true)
            .start();
    spaces.add(process);
    String line = process.inputReader(StandardCharsets.UTF_8).readLine();
    if (!"ready".equals(line)) {
      throw new IOException("no namespaces: " + line);
    }
    return process.children().findFirst().orElseThrow().pid();
  }

  /** In the network of a space only: there the other space is still known by its process id. */
  private void network(String script, long space) {
    run(space, List.of("--net"), Duration.ofSeconds(30), List.of("sh", "-ec", script)).succeeded();
  }

  private Command.Result onMachine(Duration limit, List<String> command) {
    long first = spaces.get(0).children().findFirst().orElseThrow().pid();
    return run(first, List.of("--mount", "--net", "--pid"), limit, command);
  }

  private Command.Result run(
      long space, List<String> namespaces, Duration limit, List<String> command) {
    List<String> words = new ArrayList<>(List.of("nsenter", "--target", String.valueOf(space)));
    words.addAll(namespaces);
    words.add("--");
    words.addAll(command);
    return Command.run(root, Map.of("SLIPWAY_BUILD", "no"), limit, words);
  }

  /** A script of the machine itself. */
  Command.Result sh(String script) {
    return onMachine(Duration.ofMinutes(1), List.of("bash", "-c", script));
  }

  /** {@code ./slipway} there, with its own state. */
  Command.Result slipway(String command, String... words) {
    List<String> all = new ArrayList<>(List.of(root.resolve("slipway").toString(), command));
    all.addAll(List.of("--state", state.toString()));
    all.addAll(List.of(words));
    return onMachine(Duration.ofMinutes(4), all);
  }

  @Override
  public void close() {
    for (Process space : spaces) {
      List<ProcessHandle> below = space.descendants().toList();
      space.destroyForcibly();
      below.forEach(ProcessHandle::destroyForcibly);
      try {
        space.waitFor();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new UncheckedIOException(new IOException("interrupted", interrupted));
      }
    }
  }
}
