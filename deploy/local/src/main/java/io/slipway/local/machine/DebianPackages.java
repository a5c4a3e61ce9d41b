package io.slipway.local.machine;

import io.slipway.local.state.LocalException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Installs the packages of missing programs where this user may do that. */
public final class DebianPackages {
  private DebianPackages() {}

  /**
   * Returns when all programs are installed.
   *
   * @param who who needs them, as the beginning of a sentence: {@code The demo}
   * @throws LocalException with the command that a person has to run, or if apt-get fails
   */
  public static void require(String who, List<Program> programs, Consumer<String> say) {
    require(who, programs, mayInstall(), say);
  }

  static void require(
      String who, List<Program> programs, boolean mayInstall, Consumer<String> say) {
    List<String> missing = missing(programs, Programs::isInstalled);
    if (missing.isEmpty()) {
      return;
    }
    String names = String.join(" ", missing);
    if (!mayInstall) {
      throw new LocalException(
          who + " needs programs that are not installed; run: sudo apt-get install -y " + names);
    }
    say.accept(who + " needs " + names + ": installing (apt-get install -y " + names + ") …");
    install(missing);
  }

  /** The same for one who can go on without them: says what is missing instead of failing. */
  public static void offer(String who, List<Program> programs, Consumer<String> say) {
    offer(who, programs, mayInstall(), say);
  }

  static void offer(String who, List<Program> programs, boolean mayInstall, Consumer<String> say) {
    try {
      require(who, programs, mayInstall, say);
    } catch (LocalException notInstalled) {
      say.accept(String.valueOf(notInstalled.getMessage()));
    }
  }

  /** Packages of the programs that are not there, in their order. */
  static List<String> missing(List<Program> programs, Predicate<String> isThere) {
    return programs.stream()
        .filter(program -> program.names().stream().noneMatch(isThere))
        .flatMap(program -> Stream.of(program.packages().split(" ")))
        .distinct()
        .toList();
  }

  private static boolean mayInstall() {
    return System.getProperty("user.name").equals("root") && Programs.onPath("apt-get");
  }

  private static void install(List<String> packages) {
    apt(List.of("update", "-qq"));
    List<String> words =
        new ArrayList<>(List.of("install", "-y", "-qq", "--no-install-recommends"));
    words.addAll(packages);
    apt(words);
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
