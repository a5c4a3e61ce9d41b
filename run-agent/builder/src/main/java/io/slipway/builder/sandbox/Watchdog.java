package io.slipway.builder.sandbox;

import io.slipway.builder.process.Tools;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * The first process of a sandbox, a shell that reads a line from this process every now and then
 * and ends if none comes. It belongs to the kernel's side of the fence: a thread of this process
 * cannot end a step while the whole process is stopped.
 *
 * <p>It waits for the first line without a limit, so that whoever never feeds keeps a sandbox until
 * it is closed.
 */
final class Watchdog {
  /** How long it lives without a line. */
  static final int SECONDS = 7;

  /** What it prints first, once it is there. */
  static final String READY = "ready";

  private static final String BEGIN =
      "ip link set lo up 2>/dev/null; echo " + READY + "; read -r fed || exit 0; ";

  private final OutputStream food;
  private final InputStream words;

  Watchdog(Process process) {
    this.food = process.getOutputStream();
    this.words = process.getInputStream();
  }

  /** The words that start it: bash where the machine has it, since its {@code read} has a limit. */
  static List<String> words() {
    return Tools.find("bash").isPresent() ? withBash() : withTimeout();
  }

  static List<String> withBash() {
    return List.of(
        "bash", "-c", BEGIN + "while read -r -t " + SECONDS + " fed; do :; done; echo starved");
  }

  /** Starts two short-lived processes for each line, for machines without bash. */
  static List<String> withTimeout() {
    return List.of(
        "sh",
        "-c",
        BEGIN + "while timeout " + SECONDS + " sh -c 'read -r fed'; do :; done; echo starved");
  }

  /** Gives it another {@link #SECONDS}. The pipe takes 18 hours of lines, should nobody read. */
  void feed() {
    try {
      synchronized (food) {
        food.write('\n');
        food.flush();
      }
    } catch (IOException ended) {
      // Its sandbox is gone, which whoever waits for the sandbox's processes sees.
    }
  }

  /** It says so before it ends, and its sandbox's processes end after it. */
  boolean isStarved() {
    try {
      return words.available() > 0;
    } catch (IOException closed) {
      return false;
    }
  }
}
