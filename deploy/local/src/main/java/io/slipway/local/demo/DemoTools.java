package io.slipway.local.demo;

import io.slipway.local.state.LocalException;
import io.slipway.local.supervisor.Preflight;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The programs that the demo needs; what is missing is installed where this user may do that. */
final class DemoTools {
  private static final Map<String, String> PACKAGES = new LinkedHashMap<>();

  static {
    PACKAGES.put("az", "azure-cli");
    PACKAGES.put("git", "git");
    PACKAGES.put("curl", "curl");
    if (System.getProperty("os.name").equals("Linux")) {
      // What RUN and cmd need to have a network, and a way out of it.
      PACKAGES.put("unshare", "util-linux");
      PACKAGES.put("ip", "iproute2");
      PACKAGES.put("slirp4netns", "slirp4netns");
      if (!System.getProperty("user.name").equals("root")) {
        // Gives a user without root the ids that the files of an image belong to.
        PACKAGES.put("newuidmap", "uidmap");
      }
    }
  }

  private DemoTools() {}

  /** Returns when all are there; fails with the command that a person has to run. */
  static void require(Consumer<String> say) {
    require(PACKAGES, say);
  }

  /**
   * The same for other programs.
   *
   * @param packages Debian packages, more than one separated by blanks, by a program of theirs: a
   *     name to be found on the path, or an absolute path
   */
  static void require(Map<String, String> packages, Consumer<String> say) {
    List<String> missing =
        packages.entrySet().stream()
            .filter(tool -> !isThere(tool.getKey()))
            .flatMap(tool -> Stream.of(tool.getValue().split(" ")))
            .toList();
    if (missing.isEmpty()) {
      return;
    }
    String names = String.join(" ", missing);
    boolean allowed = System.getProperty("user.name").equals("root") && Preflight.onPath("apt-get");
    if (!allowed) {
      throw new LocalException(
          "The demo needs programs that are missing here; run: sudo apt-get install -y " + names);
    }
    say.accept("The demo needs " + names + ": installing (apt-get install -y " + names + ") …");
    apt(List.of("update", "-qq"));
    List<String> install =
        new ArrayList<>(List.of("install", "-y", "-qq", "--no-install-recommends"));
    install.addAll(missing);
    apt(install);
  }

  private static boolean isThere(String program) {
    return program.startsWith("/")
        ? Files.isExecutable(Path.of(program))
        : Preflight.onPath(program);
  }

  private static void apt(List<String> words) {
    List<String> command = new ArrayList<>(List.of("apt-get"));
    command.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
    try {
      if (builder.start().waitFor() != 0) {
        throw new LocalException(String.join(" ", command) + " failed.");
      }
    } catch (IOException failed) {
      throw new LocalException("apt-get cannot be run: " + failed.getMessage(), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LocalException("interrupted", interrupted);
    }
  }
}
