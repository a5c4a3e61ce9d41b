package io.slipway.builder.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A shell that reads a line from this process every now and then, and acts if none comes: while
 * this whole process is stopped, no thread of it can end anything. It acts, too, when this process
 * has died.
 *
 * <p>It waits for the first line without a limit, so that whoever never feeds is left alone.
 */
public final class Watchdog {
  /** How long it waits for a line after the first. */
  public static final int SECONDS = 7;

  /** What it prints before it acts. */
  private static final String STARVED = "starved";

  private final OutputStream food;
  private final InputStream words;

  /**
   * One that was started.
   *
   * @param process of {@link #words}; what it prints until now has been read
   */
  public Watchdog(Process process) {
    this.food = process.getOutputStream();
    this.words = process.getInputStream();
  }

  /**
   * The words that start one: bash where the machine has it, since its {@code read} has a limit.
   *
   * @param begin what it does first
   * @param each what it does with each line, which is {@code $fed}
   * @param act what it does when no line came
   */
  public static List<String> words(String begin, String each, String act) {
    return Tools.find("bash").isPresent()
        ? withBash(begin, each, act)
        : withTimeout(begin, each, act);
  }

  /** As {@link #words}. */
  public static List<String> withBash(String begin, String each, String act) {
    return List.of("bash", "-c", script(begin, each, "read -r -t " + SECONDS + " fed", act));
  }

  /** As {@link #words}; starts short-lived processes for each line, for machines without bash. */
  public static List<String> withTimeout(String begin, String each, String act) {
    String timed = "fed=$(timeout " + SECONDS + " sh -c 'read -r fed && echo \"$fed\"')";
    return List.of("sh", "-c", script(begin, each, timed, act));
  }

  private static String script(String begin, String each, String timed, String act) {
    // Nobody reads its words when this process has died, and it must act all the same.
    return """
    trap '' PIPE
    %s
    if read -r fed; then
      %s
      while %s; do
        %s
      done
    fi
    echo %s 2>/dev/null
    %s
    """
        .formatted(begin, each, timed, each, STARVED, act);
  }

  /** Has it wait for another {@link #SECONDS}. */
  public void feed() {
    say("");
  }

  /** The same, with a line for it. The pipe takes hours of them, should it not read. */
  public void say(String line) {
    try {
      synchronized (food) {
        food.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        food.flush();
      }
    } catch (IOException ended) {
      // What it watches is gone, which whoever waits for that sees.
    }
  }

  /** Whether it has begun to act. */
  public boolean isStarved() {
    try {
      return words.available() > 0;
    } catch (IOException closed) {
      return false;
    }
  }
}
