package io.slipway.builder.support;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A root file system of this machine's own shell and small programs, as an archive. */
public final class BaseArchive {
  private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");
  private static final List<String> PROGRAMS =
      List.of(
          "sh",
          "cat",
          "ls",
          "id",
          "mkdir",
          "rm",
          "sleep",
          "echo",
          "touch",
          "chmod",
          "chown",
          "ln",
          "mv",
          "env",
          "stat",
          "hostname",
          "dd",
          "grep",
          "wc",
          "test",
          "mkfifo",
          "bash",
          "timeout",
          "printf",
          "perl",
          "true",
          "false");

  private static byte[] made;

  private BaseArchive() {}

  /**
   * Writes it; it is made once, because asking for the libraries of so many programs takes long.
   */
  public static synchronized void write(Path archive, Path scratch) throws Exception {
    if (made == null) {
      make(archive, Files.createDirectories(scratch.resolve("root")));
      made = Files.readAllBytes(archive);
    } else {
      Files.write(archive, made);
    }
  }

  private static void make(Path archive, Path root) throws Exception {
    for (String folder : List.of("bin", "etc", "tmp", "root", "usr/bin", "var/lib")) {
      Files.createDirectories(root.resolve(folder));
    }
    Files.setPosixFilePermissions(
        root.resolve("tmp"), PosixFilePermissions.fromString("rwxrwxrwx"));
    for (String name : PROGRAMS) {
      Path program = find(name);
      copy(program, root.resolve("bin/" + name));
      Matcher library = LIBRARY.matcher(output("ldd", program.toString()));
      while (library.find()) {
        copy(Path.of(library.group(1)), root.resolve(library.group(1).substring(1)));
      }
    }
    Files.writeString(
        root.resolve("etc/passwd"),
        "root:x:0:0::/root:/bin/sh\napp:x:1000:1001::/home/app:/bin/sh\n");
    Files.writeString(root.resolve("etc/group"), "root:x:0:\napp:x:1001:\nextra:x:77:app\n");
    output("tar", "--owner=0", "--group=0", "-C", root.toString(), "-cf", archive.toString(), ".");
  }

  private static Path find(String name) {
    Path first = Path.of("/bin", name);
    return Files.exists(first) ? first : Path.of("/usr/bin", name);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    Files.copy(from.toRealPath(), to, StandardCopyOption.REPLACE_EXISTING);
    Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static String output(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + text);
    }
    return text;
  }
}
