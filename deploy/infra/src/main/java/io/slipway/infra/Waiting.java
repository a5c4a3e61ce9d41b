package io.slipway.infra;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;

/** Waits until a child process does what it is for. */
public final class Waiting {
  private static final Pattern STACK = Pattern.compile("\\s*(at \\S+\\(|\\.\\.\\. \\d+ more)");

  private Waiting() {}

  /** Polls until the process answers; fails when it has ended, or after the limit. */
  public static void until(ChildProcess child, Duration limit, Callable<Boolean> ready) {
    long end = System.nanoTime() + limit.toNanos();
    Exception last = null;
    while (System.nanoTime() < end) {
      if (!child.isAlive()) {
        throw new InfraException(child.name() + " exited immediately: " + tail(child));
      }
      try {
        if (ready.call()) {
          return;
        }
      } catch (Exception notYet) {
        last = notYet;
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new InfraException(child.name() + ": interrupted", interrupted);
      }
    }
    throw new InfraException(
        child.name() + " was not ready within " + limit.toSeconds() + " s: " + tail(child),
        last == null ? new IllegalStateException("not ready") : last);
  }

  private static String tail(ChildProcess child) {
    try (InputStream log = Files.newInputStream(child.log())) {
      log.skipNBytes(child.logStart());
      List<String> lines =
          new String(log.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !STACK.matcher(line).lookingAt())
              .map(Waiting::printable)
              .toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 8), lines.size()))
          + "\n(full log: "
          + child.log()
          + ")";
    } catch (IOException unreadable) {
      return "see " + child.log();
    }
  }

  private static String printable(String line) {
    String plain = line.replaceAll("[^\\p{Print}\t]", "?");
    return plain.length() > 300 ? plain.substring(0, 300) + "..." : plain;
  }
}
