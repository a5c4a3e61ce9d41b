package io.slipway.builder.sandbox;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.builder.BuiltinOptions.RunLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Starts containers by an OCI runtime, crun or runc. */
final class OciLauncher {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Path program;
  private final @Nullable ControlGroups groups;

  /**
   * One.
   *
   * @param groups those of its containers; null if it may not use the machine's
   */
  OciLauncher(Path program, @Nullable ControlGroups groups) {
    this.program = program;
    this.groups = groups;
  }

  /** Its name, as in the configuration. */
  String name() {
    return String.valueOf(program.getFileName());
  }

  /** Whether limits of memory and processors are kept. */
  boolean hasLimits() {
    return groups != null;
  }

  /**
   * Makes the group of a run's containers.
   *
   * @throws IOException if a limit cannot be set
   */
  RunGroup openGroup(String run, RunLimits limits) throws IOException {
    return groups == null ? RunGroup.none() : RunGroup.open(groups, run, limits);
  }

  /** The program that starts them. */
  Path program() {
    return program;
  }

  /** A folder that the program makes before all else. */
  static Path state(Rootfs rootfs) {
    return rootfs.beside().resolve("bundle/state");
  }

  /**
   * A command that is executed as the first process of fresh process and mount namespaces, with the
   * root mounted, and becomes the container's process.
   *
   * @param id name of the container, which no other has
   */
  List<String> command(Rootfs rootfs, ContainerProcess process, RunGroup group, String id)
      throws IOException {
    Path bundle = rootfs.beside().resolve("bundle");
    Files.createDirectories(
        bundle, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    ObjectNode config = OciConfig.of(rootfs.merged(), process, groups != null);
    if (groups != null) {
      config.withObject("/linux").put("cgroupsPath", group.path(id));
    }
    MAPPER.writeValue(bundle.resolve("config.json").toFile(), config);
    return List.of(
        program.toString(),
        "--root",
        state(rootfs).toString(),
        "run",
        "--bundle",
        bundle.toString(),
        id);
  }

  /** Takes all groups away that are left. */
  void sweep() {
    if (groups != null) {
      groups.sweep();
    }
  }
}
