package io.slipway.demo;

import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import io.slipway.local.state.LocalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A layer of an image, put together from files of this machine: programs come with the libraries
 * that they need.
 */
final class MachineLayer {
  private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");
  private static final FilePermissions PROGRAM = FilePermissions.fromOctalString("755");
  private static final FilePermissions TEXT = FilePermissions.fromOctalString("644");
  private static final List<String> SHELL =
      List.of(
          "sh", "cat", "chmod", "cp", "date", "echo", "env", "false", "grep", "head", "id", "ln",
          "ls", "mkdir", "mv", "pwd", "rm", "rmdir", "sed", "sleep", "sort", "tail", "test",
          "touch", "tr", "true", "uname", "wc", "whoami");

  private final FileEntriesLayer.Builder layer;
  private final Path scratch;
  private final Set<Path> needLibraries = new LinkedHashSet<>();
  private final Set<String> taken = new TreeSet<>();

  /** An empty one; small files are written to the scratch folder first. */
  MachineLayer(String name, Path scratch) throws IOException {
    this.layer = FileEntriesLayer.builder().setName(name);
    this.scratch = Files.createDirectories(scratch.resolve(name));
  }

  /** The usual folders and users, a shell and small programs. */
  MachineLayer system() throws IOException {
    folder("/tmp", "1777");
    folder("/root", "700");
    for (String name : List.of("/proc", "/dev", "/sys", "/home", "/var", "/run")) {
      folder(name, "755");
    }
    text("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home:/bin/sh\n");
    text("/etc/group", "root:x:0:\nnode:x:1000:\n");
    text("/etc/nsswitch.conf", "passwd: files\nhosts: files dns\n");
    programs(SHELL);
    file(Path.of("/usr/bin/env"), "/usr/bin/env");
    return this;
  }

  /** Programs of {@code /bin} or {@code /usr/bin}, those that are here. */
  MachineLayer programs(List<String> names) throws IOException {
    for (String name : names) {
      Path bin = Path.of("/bin", name);
      Path program = Files.exists(bin) ? bin : Path.of("/usr/bin", name);
      if (Files.isExecutable(program)) {
        file(program, "/bin/" + name);
      }
    }
    return this;
  }

  /** A file; symbolic links are followed. What it is linked with comes along. */
  MachineLayer file(Path source, String target) throws IOException {
    if (taken.add(target)) {
      Path real = source.toRealPath();
      boolean executable = Files.isExecutable(real);
      layer.addEntry(real, AbsoluteUnixPath.get(target), executable ? PROGRAM : TEXT);
      if (executable || target.contains(".so")) {
        needLibraries.add(real);
      }
    }
    return this;
  }

  /** Files below a folder that are wanted, by their path in it. */
  MachineLayer tree(Path folder, String target, Predicate<Path> wanted) throws IOException {
    try (Stream<Path> walk = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
        Path inside = folder.relativize(file);
        if (wanted.test(inside)) {
          file(file, target + "/" + inside);
        }
      }
    }
    return this;
  }

  /** A small text file. */
  MachineLayer text(String target, String content) throws IOException {
    return written(target, content, TEXT);
  }

  /** A program in a language that says in its first line what runs it. */
  MachineLayer script(String target, String content) throws IOException {
    return written(target, content, PROGRAM);
  }

  MachineLayer folder(String target, String mode) throws IOException {
    layer.addEntry(
        Files.createDirectories(scratch.resolve("empty")),
        AbsoluteUnixPath.get(target),
        FilePermissions.fromOctalString(mode.substring(mode.length() - 3)));
    return this;
  }

  /** The layer, with all libraries. */
  FileEntriesLayer build() throws IOException {
    for (Path file : List.copyOf(needLibraries)) {
      for (Path library : libraries(file)) {
        if (taken.add(library.toString())) {
          layer.addEntry(library.toRealPath(), AbsoluteUnixPath.get(library.toString()), PROGRAM);
        }
      }
    }
    return layer.build();
  }

  private MachineLayer written(String target, String content, FilePermissions mode)
      throws IOException {
    Path file = scratch.resolve(target.substring(1).replace('/', '_'));
    Files.writeString(file, content);
    taken.add(target);
    layer.addEntry(file, AbsoluteUnixPath.get(target), mode);
    return this;
  }

  private static Set<Path> libraries(Path file) throws IOException {
    Set<Path> libraries = new LinkedHashSet<>();
    Matcher matcher = LIBRARY.matcher(output(List.of("ldd", file.toString())));
    while (matcher.find()) {
      Path library = Path.of(matcher.group(1)).normalize();
      // What a program finds beside itself comes with its own tree.
      if (library.startsWith("/usr") || library.getName(0).toString().startsWith("lib")) {
        libraries.add(library);
      }
    }
    return libraries;
  }

  /** What a program of this machine prints, both streams. */
  static String output(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      process.waitFor();
      return output.strip();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LocalException("interrupted", interrupted);
    }
  }
}
