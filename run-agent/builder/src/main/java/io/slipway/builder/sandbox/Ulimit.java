package io.slipway.builder.sandbox;

import com.google.re2j.Pattern;
import java.util.Set;

/**
 * A limit of one resource of a process.
 *
 * @param soft the limit, -1 for none
 * @param hard how far a process may raise it, -1 for none
 * @see <a href="https://docs.docker.com/reference/cli/docker/container/run/#ulimit">docker run
 *     --ulimit</a>
 */
public record Ulimit(long soft, long hard) {
  private static final Pattern FORM = Pattern.compile("(-1|\\d{1,18})(:(-1|\\d{1,18}))?");

  private static final Set<String> NAMES =
      Set.of(
          "core",
          "cpu",
          "data",
          "fsize",
          "locks",
          "memlock",
          "msgqueue",
          "nice",
          "nofile",
          "nproc",
          "rss",
          "rtprio",
          "sigpending",
          "stack");

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if the name is unknown or the value is not a number
   */
  public static Ulimit parse(String name, String value) {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException(
          "ulimit '%s': there is no such resource; there are %s"
              .formatted(name, NAMES.stream().sorted().toList()));
    }
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "ulimit '" + name + "=" + value + "': expected SOFT or SOFT:HARD, for example 1024:2048");
    }
    String[] parts = value.split(":");
    long soft = Long.parseLong(parts[0]);
    long hard = Long.parseLong(parts[parts.length - 1]);
    if (hard >= 0 && (soft < 0 || soft > hard)) {
      throw new IllegalArgumentException(
          "ulimit '" + name + "=" + value + "': the soft limit is above the hard one");
    }
    return new Ulimit(soft, hard);
  }
}
