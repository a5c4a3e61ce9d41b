package io.slipway.local.machine;

import java.util.List;

/**
 * A program that Slipway starts.
 *
 * @param names names to be found on the path, or absolute paths; any one of them is enough
 * @param packages Debian packages that bring the first, more than one separated by blanks
 */
public record Program(List<String> names, String packages) {
  /** A program that no other can stand in for. */
  public static Program of(String name, String packages) {
    return new Program(List.of(name), packages);
  }
}
