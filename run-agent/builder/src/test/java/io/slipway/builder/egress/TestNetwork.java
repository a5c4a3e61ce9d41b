package io.slipway.builder.egress;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Two network namespaces with a cable between them: one stands for the agent's machine, the other
 * for the hosts around it, a cloud's metadata service among them. Nothing that a test sends in here
 * leaves it, however open a border is.
 */
final class TestNetwork implements AutoCloseable {
  /** Address of the machine. */
  static final String MACHINE = "192.31.196.1";

  /** Another host, of the internet: no address of a reserved network would be reached. */
  static final String HOST = "192.31.196.2";

  /** The link-local address where clouds answer questions about a machine's identity. */
  static final String METADATA = "169.254.169.254";

  /** Hosts of private networks, which no setting opens. */
  static final List<String> PRIVATE =
      List.of("10.66.0.9", "172.20.0.9", "192.168.66.9", "100.64.66.9");

  /** A host of a private network that a setting opens, and one of which it opens port 80 alone. */
  static final String OPENED = "10.66.1.9";

  static final String ONE_PORT = "10.66.2.9";

  /** The name server of all, in a private network that no setting opens. */
  static final String NAME_SERVER = "10.66.0.53";

  private final List<Process> processes = new ArrayList<>();

  /** A name server that knows one address for every name. */
  private static final String NAMES =
      """
      import socket, sys
      names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      names.bind((sys.argv[1], 53))
      while True:
          asked, who = names.recvfrom(512)
          end = asked.index(0, 12) + 5
          four = asked[end - 3] == 1
          head = asked[:2] + bytes([0x81, 0x80, 0, 1, 0, four, 0, 0, 0, 0])
          answer = b"\\xc0\\x0c\\0\\1\\0\\1\\0\\0\\0\\x3c\\0\\4" + socket.inet_aton(sys.argv[2])
          names.sendto(head + asked[12:end] + (answer if four else b""), who)
      """;

  private TestNetwork() {}

  /**
   * Makes it; all of it is gone when it is closed, or when this process ends.
   *
   * @throws IOException if this user may not, or a program is missing
   */
  static TestNetwork open(Path served) throws IOException, InterruptedException {
    TestNetwork network = new TestNetwork();
    try {
      Process machine = network.namespace();
      Process around = network.namespace();
      run(
          enter(machine),
          "ip link add up0 type veth peer name down0 netns " + around.pid(),
          "ip addr add " + MACHINE + "/30 dev up0",
          "ip link set up0 up");
      run(
          enter(around),
          "ip addr add " + HOST + "/30 dev down0",
          "ip link set down0 up",
          "ip link add dummy0 type dummy 2>/dev/null || ip link add dummy0 type bridge",
          "for each in "
              + METADATA
              + ' '
              + NAME_SERVER
              + ' '
              + OPENED
              + ' '
              + ONE_PORT
              + ' '
              + String.join(" ", PRIVATE)
              + "; do ip addr add $each/32 dev dummy0; done",
          "ip link set dummy0 up");
      run(enter(machine), "ip route add default via " + HOST);
      network.start(
          around, "python3", "-m", "http.server", "--bind", "0.0.0.0", "--directory", served, "80");
      network.start(around, "python3", "-c", NAMES, NAME_SERVER, HOST);
      return network;
    } catch (IOException | InterruptedException | RuntimeException failed) {
      network.close();
      throw failed;
    }
  }

  /** Words before a command that is to be executed on the machine. */
  List<String> enter() {
    return enter(processes.get(0));
  }

  private static List<String> enter(Process namespace) {
    return List.of("nsenter", "--target", String.valueOf(namespace.pid()), "--net", "--");
  }

  /** One that lives as long as a pipe from this process. */
  private Process namespace() throws IOException {
    Process process =
        new ProcessBuilder(
                "unshare", "--net", "sh", "-c", "ip link set lo up && echo ready && exec cat")
            .redirectErrorStream(true)
            .start();
    processes.add(process);
    BufferedReader reader = process.inputReader();
    String line = reader.readLine();
    if (!"ready".equals(line)) {
      throw new IOException("no network namespace: " + line);
    }
    return process;
  }

  private void start(Process namespace, Object... command) throws IOException {
    List<String> words = new ArrayList<>(enter(namespace));
    words.addAll(List.of("setpriv", "--pdeathsig", "KILL"));
    for (Object word : command) {
      words.add(word.toString());
    }
    processes.add(
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  private static void run(List<String> enter, String... lines)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(enter);
    words.addAll(List.of("sh", "-ec", String.join("\n", lines)));
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(said.strip());
    }
  }

  @Override
  public void close() throws InterruptedException {
    for (Process process : processes.reversed()) {
      process.destroyForcibly().waitFor();
    }
  }
}
