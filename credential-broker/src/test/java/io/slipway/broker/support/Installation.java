package io.slipway.broker.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A folder with what the installer would put there. */
public final class Installation implements AutoCloseable {
  public static final String TENANT = "3f1d6a2e-8a53-4f0e-9d1c-1d2b7f0a9c11";
  public static final String SUBSCRIPTION = "b6b3f0a4-55ce-4c0f-8d43-0f6f3c1f7e22";
  public static final String ARM = "https://localhost:8443/";
  private final Path folder;

  Installation() throws IOException {
    folder = Files.createTempDirectory("broker-test");
    for (String client :
        List.of(
            "slipway-task-api",
            "slipway-credential-broker",
            "slipway-run-agent",
            "slipway-administrator")) {
      byte[] random = new byte[32];
      new SecureRandom().nextBytes(random);
      Files.createDirectories(folder.resolve("clients"));
      Files.writeString(secretFile(client), HexFormat.of().formatHex(random));
    }
  }

  public Path folder() {
    return folder;
  }

  public Path secretFile(String client) {
    return folder.resolve("clients").resolve(client + ".secret");
  }

  public String secret(String client) {
    try {
      return Files.readString(secretFile(client));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  public Path write(String name, Map<String, String> properties) throws IOException {
    StringBuilder text = new StringBuilder();
    properties.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    return Files.writeString(folder.resolve(name), text);
  }

  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
