package io.slipway.builder.sandbox;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.builder.BuiltinOptions.RunLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
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
   * @param mapped where its files are if it has ids of its own; otherwise null
   * @param id name of the container, which no other has
   */
  List<String> command(
      Rootfs rootfs,
      @Nullable MappedFiles mapped,
      ContainerProcess process,
      RunGroup group,
      String id)
      throws IOException {
    Path bundle = rootfs.beside().resolve("bundle");
    Files.createDirectories(
        bundle, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    ContainerProcess seen = mapped == null ? process : mapped.seen(process);
    ObjectNode config = OciConfig.of(rootfs.merged(), seen, groups != null);
    if (mapped != null) {
      mapped.tell(config);
    }
    if (groups != null) {
      config.withObject("/linux").put("cgroupsPath", group.path(id));
    }
    MAPPER.writeValue(bundle.resolve("config.json").toFile(), config);
    List<String> words =
        new ArrayList<>(List.of(program.toString(), "--root", state(rootfs).toString(), "run"));
    if (mapped != null && name().equals("runc")) {
      // Its keyring would count as one of the few of a user; no container may call for keys.
      words.add("--no-new-keyring");
    }
    words.addAll(List.of("--bundle", bundle.toString(), id));
    return words;
  }

  /** Takes all groups away that are left. */
  void sweep() {
    if (groups != null) {
      groups.sweep();
    }
  }
}
