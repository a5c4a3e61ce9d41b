package io.slipway.engine.builtin;

import io.slipway.engine.builtin.sandbox.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The files by which a container knows names. */
final class NameFiles {
  private NameFiles() {}

  static List<Mount> write(Path folder, String hostName, String hosts) throws IOException {
    return List.of(
        Mount.bind(file(folder.resolve("hosts"), hosts), "/etc/hosts", false),
        Mount.bind(file(folder.resolve("hostname"), hostName + "\n"), "/etc/hostname", false),
        Mount.bind(file(folder.resolve("resolv.conf"), resolver()), "/etc/resolv.conf", false));
  }

  /** The machine's name servers, without those that only the machine itself can reach. */
  private static String resolver() throws IOException {
    Path file = Path.of("/etc/resolv.conf");
    StringBuilder text = new StringBuilder();
    if (Files.isReadable(file)) {
      for (String line : Files.readAllLines(file)) {
        if (!line.matches("nameserver\\s+(127\\..*|::1)")) {
          text.append(line).append('\n');
        }
      }
    }
    return text.toString();
  }

  static Path file(Path path, String text) throws IOException {
    Files.writeString(path, text);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
    return path;
  }
}
