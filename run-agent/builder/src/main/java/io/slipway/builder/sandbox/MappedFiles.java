package io.slipway.builder.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.builder.layer.NativeFiles;
import io.slipway.builder.sandbox.ContainerProcess.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Where files of a container with ids of its own are, in mounts that it alone has: its first
 * process may not go through the folders of the agent.
 *
 * @param folder one of the machine's, covered in these mounts
 * @param mounts what the container has of the agent's files, as they are outside
 */
record MappedFiles(MappedIds ids, Path folder, Rootfs rootfs, List<Mount> mounts) {
  /** Everybody may go there, and what is there no container needs. */
  private static final List<String> FOLDERS = List.of("/mnt", "/media", "/srv", "/opt");

  /** Read only, no programs, no devices, nobody's rights. */
  private static final long READ_ONLY = 1 | 2 | 4 | 8;

  static MappedFiles of(MappedIds ids, Rootfs rootfs, ContainerProcess process, Path program)
      throws IOException {
    List<Path> needed = new ArrayList<>(List.of(rootfs.beside(), program, program.toRealPath()));
    process.mounts().stream()
        .filter(mount -> !mount.isMapped())
        .map(Mount::source)
        .filter(Objects::nonNull)
        .forEach(needed::add);
    for (String each : FOLDERS) {
      if (Files.isDirectory(Path.of(each))) {
        Path folder = Path.of(each).toRealPath();
        if (needed.stream().noneMatch(path -> path.startsWith(each) || path.startsWith(folder))) {
          return new MappedFiles(ids, folder, rootfs, process.mounts());
        }
      }
    }
    throw new IOException("containers need an empty place: one of the folders " + FOLDERS);
  }

  Path root() {
    return folder.resolve("root");
  }

  /** What the overlay is made of; gone once that stands. */
  private Path parts() {
    return folder.resolve("parts");
  }

  /** What the container's first process has to read. */
  Path input() {
    return folder.resolve("null");
  }

  private Path system() {
    return folder.resolve("sys");
  }

  /** The process with its mounts as they are in here. */
  ContainerProcess seen(ContainerProcess process) {
    List<Mount> seen = new ArrayList<>();
    for (int i = 0; i < mounts.size(); i++) {
      Mount each = mounts.get(i);
      seen.add(each.isMapped() ? Mount.bind(source(i), each.target(), each.readOnly()) : each);
    }
    return process.with(seen);
  }

  private Path source(int number) {
    return folder.resolve(String.valueOf(number));
  }

  /** Makes all of it in this thread, whose mounts nobody else has, and which must end soon. */
  void mount() throws IOException {
    List<Path> lower = rootfs.lower();
    Path changes = parts().resolve("changes");
    List<Shown> shown = new ArrayList<>();
    try {
      for (int i = 0; i < lower.size(); i++) {
        shown.add(show(lower.get(i), parts().resolve(String.valueOf(i)), true));
      }
      shown.add(show(rootfs.changes(), changes, false));
      for (int i = 0; i < mounts.size(); i++) {
        Mount each = mounts.get(i);
        if (each.isMapped()) {
          shown.add(show(Objects.requireNonNull(each.source()), source(i), each.readOnly()));
        }
      }
      OpenNamespace.mount("tmpfs", folder, 0, "mode=0711,size=1m");
      OpenNamespace.mount("tmpfs", Files.createDirectory(parts()), 0, "mode=0700,size=1m");
      for (Shown each : shown) {
        if (each.isFolder()) {
          Files.createDirectory(each.target());
        } else {
          Files.createFile(each.target());
        }
        MappedIds.move(each.tree(), each.target());
      }
    } finally {
      shown.forEach(each -> MappedIds.close(each.tree()));
    }
    NativeFiles.makeNull(input());
    OpenNamespace.mount("sysfs", Files.createDirectory(system()), READ_ONLY, "");
    Files.createDirectory(root());
    String names =
        IntStream.rangeClosed(1, lower.size())
            .mapToObj(i -> String.valueOf(lower.size() - i))
            .collect(Collectors.joining(":"));
    ids.become();
    OpenNamespace.overlay(root(), parts(), rootfs.options(names, changes));
    OpenNamespace.unmount(parts());
  }

  /** Files or a folder, not yet mounted. */
  private record Shown(int tree, Path target, boolean isFolder) {}

  private Shown show(Path source, Path target, boolean readOnly) throws IOException {
    return new Shown(ids.clone(source, readOnly), target, Files.isDirectory(source));
  }

  /** Tells the container's runtime. */
  void tell(ObjectNode config) {
    config.withObject("/root").put("path", root().toString());
    for (JsonNode each : config.withArray("/mounts")) {
      if (each.path("type").asText().equals("sysfs") && each instanceof ObjectNode mount) {
        mount.put("type", "bind").put("source", system().toString());
        mount.withArray("/options").add("rbind");
      }
    }
    config.withArray("/linux/namespaces").addObject().put("type", "user");
    for (String map : List.of("uidMappings", "gidMappings")) {
      config
          .withArray("/linux/" + map)
          .addObject()
          .put("containerID", 0)
          .put("hostID", ids.ids().first())
          .put("size", ids.ids().count());
    }
  }
}
