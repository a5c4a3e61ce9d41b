package io.slipway.builder.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which users and groups there are in this process's user namespace. As root of the machine that is
 * all of them; an ordinary user's agent has those of {@code /etc/subuid}, or only its own.
 *
 * @param users ranges of users
 * @param groups ranges of groups
 * @param groupsMayBeSet whether a process may leave its groups and join others
 * @see <a href="https://man7.org/linux/man-pages/man7/user_namespaces.7.html">user namespaces</a>
 */
public record UserMap(List<Range> users, List<Range> groups, boolean groupsMayBeSet) {
  /** What to do so that an agent without root has more users. */
  public static final String REMEDY =
      "apt-get install uidmap, and a line for the agent's user in /etc/subuid and /etc/subgid, for"
          + " example by usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER";

  private static final long ALL = 4_294_967_295L;

  /** Numbers that follow one another. */
  record Range(long first, long count) {
    boolean has(long number) {
      return number >= first && number - first < count;
    }
  }

  /** The users that this process may give to containers. */
  public static UserMap current() throws IOException {
    return new UserMap(
        ranges(Files.readString(Path.of("/proc/self/uid_map"))),
        ranges(Files.readString(Path.of("/proc/self/gid_map"))),
        !Files.readString(Path.of("/proc/self/setgroups")).strip().equals("deny"));
  }

  static List<Range> ranges(String map) {
    List<Range> ranges = new ArrayList<>();
    for (String line : map.strip().split("\n")) {
      String[] words = line.strip().split("\\s+");
      if (words.length == 3) {
        ranges.add(new Range(Long.parseLong(words[0]), Long.parseLong(words[2])));
      }
    }
    return ranges;
  }

  /** Whether it is the machine's own. */
  public boolean isWhole() {
    return users.stream().anyMatch(range -> range.first() == 0 && range.count() == ALL);
  }

  /** Whether there is one user only. */
  public boolean isSingle() {
    return users.stream().mapToLong(Range::count).sum() <= 1;
  }

  /** Whether a process may run as somebody. */
  public boolean has(ContainerProcess.ProcessUser user) {
    return users.stream().anyMatch(range -> range.has(user.uid()))
        && groups.stream().anyMatch(range -> range.has(user.gid()))
        && user.groups().stream().allMatch(gid -> groups.stream().anyMatch(r -> r.has(gid)));
  }
}
