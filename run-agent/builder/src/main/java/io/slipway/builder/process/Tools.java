package io.slipway.builder.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Programs of this machine. */
public final class Tools {
  private static final List<Path> FOLDERS =
      List.of(
          Path.of("/usr/local/sbin"),
          Path.of("/usr/local/bin"),
          Path.of("/usr/sbin"),
          Path.of("/usr/bin"),
          Path.of("/sbin"),
          Path.of("/bin"));

  /** Environment of the machine's own programs; nothing from a container ever gets in. */
  public static final Map<String, String> ENVIRONMENT =
      Map.of(
          "PATH",
          "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
          "LC_ALL",
          "C.UTF-8",
          // crun's program is on a mount that nobody can write through; it looks all the same.
          "_LIBCONTAINER_CLONED_BINARY",
          "1");

  private Tools() {}

  public static Optional<Path> find(String name) {
    return FOLDERS.stream()
        .map(folder -> folder.resolve(name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** A text as one word of a shell script, whatever is in it. */
  public static String quote(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  /** Texts as words of a shell script. */
  public static String quote(List<String> words) {
    return words.stream().map(Tools::quote).collect(Collectors.joining(" "));
  }
}
