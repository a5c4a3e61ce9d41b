package io.slipway.builder.sandbox;

import io.slipway.builder.process.ChildProcess;
import io.slipway.builder.process.Tools;
import io.slipway.builder.sandbox.ContainerProcess.ProcessUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Copies of a few programs of the machine, with their libraries and their loader, that are mounted
 * beside an image's files: the last steps of a start happen where the machine's own are gone.
 */
final class HostTools {
  private static final List<String> PROGRAMS = List.of("umount", "setpriv", "env");
  private static final String WITHIN = "/" + Rootfs.HOST_TOOLS + "/";

  private final Path folder;
  private final String loader;

  private final UserMap users;

  private HostTools(Path folder, String loader, UserMap users) {
    this.folder = folder;
    this.loader = loader;
    this.users = users;
  }

  /**
   * Makes the copies.
   *
   * @param folder folder for them; made and filled if it does not exist
   */
  static HostTools copied(Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    String loader = "";
    for (String program : PROGRAMS) {
      Path found =
          Tools.find(program).orElseThrow(() -> new IOException(program + " is not installed"));
      copy(found, folder.resolve(program));
      for (String word : ChildProcess.run(List.of("ldd", found.toString())).split("\\s+")) {
        if (word.startsWith("/")) {
          Path library = Path.of(word);
          copy(library, folder.resolve(library.getFileName()));
          if (library.getFileName().toString().startsWith("ld-")) {
            loader = library.getFileName().toString();
          }
        }
      }
    }
    if (loader.isEmpty()) {
      throw new IOException("ldd names no loader of programs");
    }
    return new HostTools(folder, loader, UserMap.current());
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(
        from.toRealPath(),
        to,
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.COPY_ATTRIBUTES);
  }

  /** Where the copies are on the machine. */
  Path folder() {
    return folder;
  }

  /** A call of one of them from within a container, for a shell. */
  String call(String program) {
    return String.join(" ", words(program));
  }

  /** The words of a call of one of them from within a container. */
  List<String> words(String program) {
    return List.of(WITHIN + loader, "--library-path", WITHIN, WITHIN + program);
  }

  private String groups(ProcessUser user) {
    if (!users.groupsMayBeSet()) {
      return "--keep-groups";
    }
    return user.groups().isEmpty()
        ? "--clear-groups"
        : "--groups="
            + user.groups().stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /** Words that make what follows them run as a container's user, with a container's rights. */
  List<String> setpriv(ContainerProcess process) {
    ProcessUser user = process.user();
    List<String> words = new ArrayList<>(words("setpriv"));
    words.add("--reuid=" + user.uid());
    words.add("--regid=" + user.gid());
    words.add(groups(user));
    if (!process.privileged()) {
      words.add("--inh-caps=-all");
      words.add(
          "--bounding-set=-all,"
              + Capabilities.of(process.network()).stream()
                  .map(capability -> "+" + capability)
                  .collect(Collectors.joining(",")));
    }
    words.add("--");
    return words;
  }
}
