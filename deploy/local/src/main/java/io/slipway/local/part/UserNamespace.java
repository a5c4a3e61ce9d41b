package io.slipway.local.part;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How a program of a user without root becomes root over that user's own processes and files: a
 * Linux user namespace. An agent in there may mount, and make namespaces for its steps, as if it
 * were root; to the machine it is the same user as before.
 */
public final class UserNamespace {
  private static final String UNSHARE = "unshare";

  /** With the ids that {@code /etc/subuid} gives to this user, so that images may have owners. */
  private static final List<String> MANY_IDS =
      List.of(UNSHARE, "-U", "--map-root-user", "--map-auto");

  private static final List<String> ONE_ID = List.of(UNSHARE, "-U", "--map-root-user");

  private UserNamespace() {}

  /**
   * Words that go before a command to run it in such a namespace, found by trying; none for root,
   * who needs none, and where none can be created.
   */
  public static List<String> words() {
    if (System.getProperty("user.name").equals("root")) {
      return List.of();
    }
    return List.of(MANY_IDS, ONE_ID).stream()
        .filter(UserNamespace::works)
        .findFirst()
        .map(words -> {
          List<String> all = new ArrayList<>(words);
          all.add("--");
          return List.copyOf(all);
        })
        .orElse(List.of());
  }

  /** Whether words give many ids; with only one, all files of images have the same owner. */
  public static boolean hasManyIds(List<String> words) {
    return words.containsAll(MANY_IDS);
  }

  private static boolean works(List<String> words) {
    List<String> command = new ArrayList<>(words);
    command.add("true");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (process.waitFor(10, TimeUnit.SECONDS)) {
        return process.exitValue() == 0;
      }
      process.destroyForcibly();
      return false;
    } catch (IOException absent) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
