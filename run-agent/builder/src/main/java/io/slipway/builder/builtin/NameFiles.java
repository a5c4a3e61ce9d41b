package io.slipway.builder.builtin;

import io.slipway.builder.process.HostName;
import io.slipway.builder.sandbox.ContainerProcess.Mount;
import io.slipway.builder.sandbox.Egress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The files by which a container knows names. */
final class NameFiles {
  private NameFiles() {}

  /** Where the files are made, by their names. */
  @FunctionalInterface
  interface Place {
    Path file(String name) throws IOException;
  }

  static List<Mount> write(Place place, String name, String hosts, boolean egress)
      throws IOException {
    return List.of(
        Mount.bind(file(place.file("hosts"), hosts), "/etc/hosts", false),
        hostName(place, name),
        resolver(place, egress));
  }

  /** With a file of names that others have, too, and none of them writes. */
  static List<Mount> write(Place place, String name, Path hosts, boolean egress)
      throws IOException {
    return List.of(
        Mount.bind(hosts, "/etc/hosts", true), hostName(place, name), resolver(place, egress));
  }

  private static Mount hostName(Place place, String name) throws IOException {
    return Mount.bind(
        file(place.file("hostname"), HostName.of(name) + "\n"), "/etc/hostname", false);
  }

  private static Mount resolver(Place place, boolean egress) throws IOException {
    return Mount.bind(file(place.file("resolv.conf"), resolver(egress)), "/etc/resolv.conf", false);
  }

  /**
   * The files of a container in the machine's own network: the machine's, with a host name of its
   * own.
   */
  static List<Mount> ofHost(Place place, String name) throws IOException {
    return List.of(
        Mount.bind(file(place.file("hosts"), text("/etc/hosts")), "/etc/hosts", false),
        hostName(place, name),
        Mount.bind(
            file(place.file("resolv.conf"), text("/etc/resolv.conf")), "/etc/resolv.conf", false));
  }

  private static String text(String file) throws IOException {
    Path path = Path.of(file);
    return Files.isReadable(path) ? Files.readString(path) : "";
  }

  /**
   * How names of other hosts are resolved: as on the machine, by the name server of the sandbox.
   */
  private static String resolver(boolean egress) throws IOException {
    Path file = Path.of("/etc/resolv.conf");
    StringBuilder text = new StringBuilder();
    if (egress) {
      text.append("nameserver ").append(Egress.NAME_SERVER).append('\n');
      if (Files.isReadable(file)) {
        Files.readAllLines(file).stream()
            .filter(line -> line.startsWith("search ") || line.startsWith("options "))
            .forEach(line -> text.append(line).append('\n'));
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
