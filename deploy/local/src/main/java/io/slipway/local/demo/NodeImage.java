package io.slipway.local.demo;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import io.slipway.local.LocalException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A base image with Node.js, npm and a shell for where the public one cannot be had: two layers
 * over nothing, of files of this machine. Named like the public image, so that the demo's commands
 * are the article's.
 */
final class NodeImage {
  /** Repository and tag on the stand-in for the public registry. */
  static final String NAME = "library/node:15-alpine";

  private static final List<String> PROGRAMS =
      List.of(
          "sh", "cat", "chmod", "cp", "date", "echo", "env", "false", "grep", "head", "id", "ln",
          "ls", "mkdir", "mv", "pwd", "rm", "sed", "sleep", "sort", "tail", "test", "touch", "tr",
          "true", "uname", "wc", "whoami");
  private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");
  private static final FilePermissions PROGRAM = FilePermissions.fromOctalString("755");
  private static final Instant CREATED = Instant.parse("2021-04-06T00:00:00Z");

  private final Path folder;

  /** Works in a folder of its own. */
  NodeImage(Path folder) {
    this.folder = folder;
  }

  /** Pushes the image. */
  void push(NodePackages packages, String registry) {
    try {
      Path scratch = Files.createDirectories(folder.resolve("files"));
      RegistryImage target = RegistryImage.named(registry + "/" + NAME);
      Jib.fromScratch()
          .setFileEntriesLayers(systemLayer(packages.node(), scratch), nodeLayer(packages, scratch))
          .setEnvironment(
              Map.of("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"))
          .setProgramArguments("node")
          .setFormat(ImageFormat.Docker)
          .setCreationTime(CREATED)
          .containerize(
              Containerizer.to(target)
                  .setBaseImageLayersCache(folder.resolve("jib-base"))
                  .setApplicationLayersCache(folder.resolve("jib")));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LocalException("interrupted", interrupted);
    } catch (Exception failed) {
      throw new LocalException("The base image cannot be made: " + failed.getMessage(), failed);
    }
  }

  /** Shell, small programs, the libraries of them all and of Node.js, and the usual folders. */
  private static FileEntriesLayer systemLayer(Path node, Path scratch) throws IOException {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("system");
    Path empty = Files.createDirectories(scratch.resolve("empty"));
    folder(layer, empty, "/tmp", "777");
    folder(layer, empty, "/root", "700");
    for (String name : List.of("/proc", "/dev", "/sys", "/home", "/var", "/run")) {
      folder(layer, empty, name, "755");
    }
    Set<Path> libraries = new LinkedHashSet<>(libraries(node));
    for (String name : PROGRAMS) {
      Path program =
          Files.exists(Path.of("/bin", name)) ? Path.of("/bin", name) : Path.of("/usr/bin", name);
      if (Files.isExecutable(program)) {
        layer.addEntry(program.toRealPath(), AbsoluteUnixPath.get("/bin/" + name), PROGRAM);
        libraries.addAll(libraries(program.toRealPath()));
      }
    }
    layer.addEntry(
        Path.of("/usr/bin/env").toRealPath(), AbsoluteUnixPath.get("/usr/bin/env"), PROGRAM);
    for (Path library : libraries) {
      layer.addEntry(library.toRealPath(), AbsoluteUnixPath.get(library.toString()), PROGRAM);
    }
    text(
        layer,
        scratch,
        "/etc/passwd",
        "root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home:/bin/sh\n");
    text(layer, scratch, "/etc/group", "root:x:0:\nnode:x:1000:\n");
    text(layer, scratch, "/etc/nsswitch.conf", "passwd: files\nhosts: files dns\n");
    return layer.build();
  }

  private static FileEntriesLayer nodeLayer(NodePackages packages, Path scratch)
      throws IOException {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("node");
    layer.addEntry(packages.node(), AbsoluteUnixPath.get("/usr/local/bin/node"), PROGRAM);
    layer.addEntryRecursive(
        packages.npm(),
        AbsoluteUnixPath.get("/usr/local/lib/node_modules/npm"),
        (source, destination) -> permissions(source));
    Path npm = scratch.resolve("npm");
    Files.writeString(
        npm,
        "#!/bin/sh\nexec /usr/local/bin/node /usr/local/lib/node_modules/npm/bin/npm-cli.js \"$@\"\n");
    layer.addEntry(npm, AbsoluteUnixPath.get("/usr/local/bin/npm"), PROGRAM);
    return layer.build();
  }

  private static void folder(FileEntriesLayer.Builder layer, Path empty, String path, String mode) {
    layer.addEntry(empty, AbsoluteUnixPath.get(path), FilePermissions.fromOctalString(mode));
  }

  private static void text(
      FileEntriesLayer.Builder layer, Path scratch, String path, String content)
      throws IOException {
    Path file = scratch.resolve(Path.of(path).getFileName());
    Files.writeString(file, content);
    layer.addEntry(file, AbsoluteUnixPath.get(path), FilePermissions.fromOctalString("644"));
  }

  private static FilePermissions permissions(Path file) {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      return permissions.contains(PosixFilePermission.OWNER_EXECUTE)
          ? PROGRAM
          : FilePermissions.fromOctalString("644");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static Set<Path> libraries(Path program) throws IOException {
    Process ldd = new ProcessBuilder("ldd", program.toString()).redirectErrorStream(true).start();
    String output = new String(ldd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Set<Path> libraries = new LinkedHashSet<>();
    Matcher matcher = LIBRARY.matcher(output);
    while (matcher.find()) {
      libraries.add(Path.of(matcher.group(1)));
    }
    return libraries;
  }
}
