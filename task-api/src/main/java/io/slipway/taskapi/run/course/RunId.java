package io.slipway.taskapi.run.course;

import java.util.Locale;

/**
 * Run ids as people see them: two letters that stay the same for a registry, then a counter from 1
 * in base 36, for example {@code ca1}, {@code caa}, {@code cf10}.
 */
public final class RunId {
  private RunId() {}

  /** The two letters of a registry, from its name, in any case. */
  public static String prefix(String registryName) {
    int letter = Math.floorMod(registryName.toLowerCase(Locale.ROOT).hashCode(), 26);
    return "c" + (char) ('a' + letter);
  }

  /** Id of the {@code number}-th run of a registry. */
  public static String of(String prefix, long number) {
    if (number < 1) {
      throw new IllegalArgumentException("runs are numbered from 1, not " + number);
    }
    return prefix + Long.toString(number, 36);
  }
}
