package io.slipway.infra;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * A Docker engine for tests and measurements: with a socket, a data folder and a bridge of its own,
 * beside whatever engine the machine has, and gone with this JVM. It changes no firewall rule, so
 * its containers reach one another and the machine, but not the world.
 */
public final class DockerDaemon implements AutoCloseable {
  private static final String PREFIX = "slwdk";
  private static final long PROCESS = ProcessHandle.current().pid();

  /** One for each process that has an engine, so that several may at the same time. */
  private static final String BRIDGE = PREFIX + PROCESS;

  private static final String ADDRESS = "172.31.%d.1/24".formatted(PROCESS % 250);

  private final ChildProcess process;
  private final Path folder;
  private final Path client;
  private final AtomicBoolean closed = new AtomicBoolean();

  private DockerDaemon(ChildProcess process, Path folder, Path client) {
    this.process = process;
    this.folder = folder;
    this.client = client;
  }

  /**
   * Why none can be started here; empty if one can.
   *
   * @param unpacked folder with Debian's packages unpacked, used where the machine has no dockerd
   */
  public static Optional<String> obstacle(Path unpacked) {
    if (!System.getProperty("user.name").equals("root")) {
      return Optional.of("starting a Docker engine needs root");
    }
    // Docker's own name server reaches containers by rules of iptables in their network.
    for (String program : List.of("dockerd", "containerd", "docker", "runc", "ip", "iptables")) {
      if (find(program, unpacked).isEmpty()) {
        return Optional.of(
            program
                + " is not installed (apt-get install docker.io iproute2 iptables, or ./slipway"
                + " test)");
      }
    }
    try {
      run(
          List.of(
              "/bin/sh",
              "-c",
              "\"$0\" --version >/dev/null",
              program("dockerd", unpacked).toString()));
    } catch (IOException broken) {
      return Optional.of("dockerd does not start here: " + broken.getMessage());
    }
    return Optional.empty();
  }

  /**
   * Starts one and waits until it answers.
   *
   * @param unpacked as in {@link #obstacle}
   * @param arguments more arguments of dockerd
   * @throws InfraException if it does not come up, with the end of its log
   */
  public static DockerDaemon start(Path unpacked, List<String> arguments) {
    try {
      // Short, since the path of a socket has 107 bytes at most.
      Path folder = Files.createTempDirectory("slwdk");
      dropBridgesOfTheDead(unpacked);
      network(unpacked, "link", "add", BRIDGE, "type", "bridge");
      network(unpacked, "addr", "add", ADDRESS, "dev", BRIDGE);
      network(unpacked, "link", "set", BRIDGE, "up");
      ChildProcess process =
          ChildProcess.start(
              "dockerd",
              command(unpacked, folder, arguments),
              Map.of("PATH", path(unpacked)),
              folder,
              folder.resolve("log"));
      DockerDaemon daemon = new DockerDaemon(process, folder, program("docker", unpacked));
      // Also when this JVM is told to end, for example by Ctrl-C.
      Runtime.getRuntime().addShutdownHook(new Thread(daemon::close));
      try {
        Waiting.until(process, Duration.ofSeconds(60), daemon::answers);
      } catch (InfraException failed) {
        daemon.close();
        throw failed;
      }
      return daemon;
    } catch (IOException failed) {
      throw new InfraException("dockerd cannot be started: " + failed.getMessage(), failed);
    }
  }

  /** A process that was killed left its bridge. */
  private static void dropBridgesOfTheDead(Path unpacked) throws IOException {
    try (Stream<Path> interfaces = Files.list(Path.of("/sys/class/net"))) {
      for (Path each : interfaces.toList()) {
        String name = each.getFileName().toString();
        String owner = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : "";
        boolean isDead =
            owner.matches("\\d{1,9}") && ProcessHandle.of(Long.parseLong(owner)).isEmpty();
        if (isDead) {
          network(unpacked, "link", "del", name);
        }
      }
    }
  }

  private static List<String> command(Path unpacked, Path folder, List<String> arguments) {
    // With mounts of its own: whoever makes a mount namespace meanwhile would keep copies of the
    // overlays of its containers alive, and the same layers mounted twice lose files.
    List<String> words =
        new ArrayList<>(List.of("unshare", "--mount", "--propagation", "private", "--"));
    words.add(program("dockerd", unpacked).toString());
    words.addAll(List.of("--host", "unix://" + socket(folder)));
    words.addAll(List.of("--data-root", folder.resolve("data").toString()));
    words.addAll(List.of("--exec-root", folder.resolve("exec").toString()));
    words.addAll(List.of("--pidfile", folder.resolve("pid").toString()));
    words.addAll(List.of("--bridge", BRIDGE, "--iptables=false", "--ip6tables=false"));
    words.addAll(arguments);
    return words;
  }

  private static Path socket(Path folder) {
    return folder.resolve("d.sock");
  }

  /** Address of its socket, as in {@code DOCKER_HOST}. */
  public String host() {
    return "unix://" + socket(folder);
  }

  /** The command line that goes with it. */
  public Path client() {
    return client;
  }

  public long pid() {
    return process.pid();
  }

  private boolean answers() throws IOException, InterruptedException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket(folder)));
    }
    ProcessBuilder info =
        new ProcessBuilder(client.toString(), "--host", host(), "version")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Process asked = info.start();
    return asked.waitFor(10, TimeUnit.SECONDS) && asked.exitValue() == 0;
  }

  /** Stops it and deletes everything that it has made. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    process.stop(Duration.ofSeconds(30));
    try {
      run(List.of("rm", "-rf", "--one-file-system", "--", folder.toString()));
      network(Path.of("/"), "link", "del", BRIDGE);
    } catch (IOException failed) {
      throw new InfraException("dockerd is stopped, but " + failed.getMessage(), failed);
    }
  }

  private static void network(Path unpacked, String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of(program("ip", unpacked).toString()));
    command.addAll(List.of(words));
    run(command);
  }

  private static void run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + " ended with " + process.exitValue());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }

  private static Path program(String name, Path unpacked) {
    return find(name, unpacked)
        .orElseThrow(
            () -> new InfraException(name + " is not installed: apt-get install docker.io"));
  }

  private static Optional<Path> find(String name, Path unpacked) {
    for (String folder : path(unpacked).split(":")) {
      Path program = Path.of(folder, name);
      if (Files.isExecutable(program)) {
        return Optional.of(program);
      }
    }
    return Optional.empty();
  }

  /** The unpacked one comes first, so that client and engine have the same version. */
  private static String path(Path unpacked) {
    return unpacked.resolve("usr/sbin")
        + ":"
        + unpacked.resolve("usr/bin")
        + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  }
}
