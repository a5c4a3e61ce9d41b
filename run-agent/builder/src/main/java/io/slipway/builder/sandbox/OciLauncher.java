package io.slipway.builder.sandbox;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.slipway.builder.process.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;

/** Starts containers by an OCI runtime, crun or runc. */
final class OciLauncher {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Path program;
  private final boolean limits;

  /**
   * One.
   *
   * @param limits whether it may use control groups of the machine
   */
  OciLauncher(Path program, boolean limits) {
    this.program = program;
    this.limits = limits;
  }

  /** Its name, as in the configuration. */
  String name() {
    return String.valueOf(program.getFileName());
  }

  /** Whether limits of memory and processors are kept. */
  boolean hasLimits() {
    return limits;
  }

  /**
   * The end of a shell script that is run as the first process of a fresh process and mount
   * namespace, with the root mounted; its last command becomes the container's process.
   */
  String script(Rootfs rootfs, ContainerProcess process) throws IOException {
    Path bundle = rootfs.beside().resolve("bundle");
    Files.createDirectories(
        bundle, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    MAPPER.writeValue(
        bundle.resolve("config.json").toFile(), OciConfig.of(rootfs.merged(), process, limits));
    String id = "slipway-" + UUID.randomUUID();
    return "exec %s --root %s run --bundle %s %s%n"
        .formatted(
            program,
            Tools.quote(bundle.resolve("state").toString()),
            Tools.quote(bundle.toString()),
            Tools.quote(id));
  }
}
