package io.slipway.builder.registry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Debian's docker-registry as a child process on a free port of this machine. */
final class DockerRegistry implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/bin/docker-registry");

  private final Process process;
  private final int port;
  private final Path folder;

  private DockerRegistry(Process process, int port, Path folder) {
    this.process = process;
    this.port = port;
    this.folder = folder;
  }

  /** One without TLS and without log-in. */
  static DockerRegistry plain(Path folder) throws Exception {
    return start(folder, "", "");
  }

  /** One with TLS. */
  static DockerRegistry secure(Path folder, TestAuthority authority) throws Exception {
    String tls =
        "  tls:\n    certificate: "
            + authority.certificate()
            + "\n    key: "
            + authority.key()
            + "\n";
    return start(folder, tls, "");
  }

  /** One that wants tokens of a server. */
  static DockerRegistry withTokens(Path folder, TokenServer tokens) throws Exception {
    String auth =
        "auth:\n  token:\n    realm: "
            + tokens.realm()
            + "\n    service: "
            + TokenServer.SERVICE
            + "\n    issuer: "
            + TokenServer.ISSUER
            + "\n    rootcertbundle: "
            + tokens.certificate()
            + "\n";
    return start(folder, "", auth);
  }

  /** One that wants a user name and a password. */
  static DockerRegistry withPassword(Path folder, Path htpasswd) throws Exception {
    String auth = "auth:\n  htpasswd:\n    realm: test\n    path: " + htpasswd + "\n";
    return start(folder, "", auth);
  }

  private static DockerRegistry start(Path folder, String tls, String auth) throws Exception {
    if (!Files.isExecutable(PROGRAM)) {
      throw new AssertionError(
          PROGRAM + " is missing; install it: apt-get install -y docker-registry");
    }
    Files.createDirectories(folder);
    int port = freePort();
    Path config = folder.resolve("config.yml");
    Files.writeString(
        config,
        "version: 0.1\nlog:\n  level: warn\nstorage:\n  filesystem:\n    rootdirectory: "
            + folder.resolve("data")
            + "\n  delete:\n    enabled: true\nhttp:\n  addr: 127.0.0.1:"
            + port
            + "\n  secret: test\n"
            + tls
            + auth);
    Process process =
        new ProcessBuilder(PROGRAM.toString(), "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    // Also when a test class fails before it could keep it.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    DockerRegistry registry = new DockerRegistry(process, port, folder);
    registry.awaitReady();
    return registry;
  }

  private void awaitReady() throws Exception {
    for (int i = 0; i < 400; i++) {
      if (!process.isAlive()) {
        throw new AssertionError("docker-registry ended: " + log());
      }
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException e) {
        Thread.sleep(25);
      }
    }
    throw new AssertionError("docker-registry does not answer: " + log());
  }

  String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  int port() {
    return port;
  }

  @Override
  public void close() throws Exception {
    process.destroy();
    if (!process.waitFor(5, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
