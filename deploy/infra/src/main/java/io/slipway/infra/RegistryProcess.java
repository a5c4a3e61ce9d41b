package io.slipway.infra;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Debian's docker-registry on a free port of this machine, without TLS and log-in. */
public final class RegistryProcess implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/bin/docker-registry");

  private final ChildProcess process;
  private final int port;

  private RegistryProcess(ChildProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Whether the program is there. */
  public static boolean isInstalled() {
    return Files.isExecutable(PROGRAM);
  }

  /**
   * Starts it.
   *
   * @param folder for its data, configuration and log; made if it is not there
   * @throws InfraException if it is not installed or does not come up
   */
  public static RegistryProcess start(Path folder) {
    if (!isInstalled()) {
      throw new InfraException(PROGRAM + " is missing: apt-get install docker-registry");
    }
    try {
      Files.createDirectories(folder);
      int port = freePort();
      Path config =
          Files.writeString(
              folder.resolve("config.yml"),
              """
              version: 0.1
              log: {level: warn}
              storage:
                filesystem: {rootdirectory: "%s"}
                delete: {enabled: true}
              http: {addr: "127.0.0.1:%d", secret: test}
              """
                  .formatted(folder.resolve("data"), port));
      ChildProcess process =
          ChildProcess.start(
              "docker-registry",
              List.of(PROGRAM.toString(), "serve", config.toString()),
              Map.of(),
              folder,
              folder.resolve("log"));
      Waiting.until(
          process,
          Duration.ofSeconds(15),
          () -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
              return socket.isConnected();
            }
          });
      return new RegistryProcess(process, port);
    } catch (IOException failed) {
      throw new InfraException("docker-registry: " + failed.getMessage(), failed);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Its name in image references, {@code 127.0.0.1:<port>}. */
  public String loginServer() {
    return "127.0.0.1:" + port;
  }

  /** Stops it. Its data stays. */
  @Override
  public void close() {
    process.close();
  }
}
