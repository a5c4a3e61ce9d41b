package io.slipway.taskapi.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** What an installer gives to the services: a folder of their own, secrets, settings. */
public final class Installation {
  public static final String ISSUER = "https://localhost:8443/adfs";
  public static final String ARM = "https://localhost:8443/";
  public static final String TENANT = "5d1a4c39-2a6c-4a92-8d0e-52b0d3b9a101";
  public static final String SUBSCRIPTION = "0e9c1d5b-94a8-4c2f-bd61-7a2f3f5c9e02";
  private static final List<String> CLIENTS =
      List.of(
          "slipway-task-api",
          "slipway-credential-broker",
          "slipway-run-agent",
          "slipway-registry",
          "slipway-administrator");

  private final Path folder;

  private Installation(Path folder) {
    this.folder = folder;
  }

  static Installation create() throws IOException {
    Path folder =
        Files.createTempDirectory(
            "task-api-test",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.createDirectory(folder.resolve("clients"));
    for (String client : CLIENTS) {
      byte[] random = new byte[32];
      new SecureRandom().nextBytes(random);
      Files.writeString(
          folder.resolve("clients/" + client + ".secret"), HexFormat.of().formatHex(random));
    }
    return new Installation(folder);
  }

  public Path folder() {
    return folder;
  }

  public Path clients() {
    return folder.resolve("clients");
  }

  public String secret(String client) {
    try {
      return Files.readString(clients().resolve(client + ".secret"));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  Path write(String name, Map<String, String> settings) throws IOException {
    Properties properties = new Properties();
    properties.putAll(settings);
    Path file = folder.resolve(name);
    try (var writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
    return file;
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  void delete() throws IOException {
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
