package io.slipway.builder.interpreter;

import io.slipway.builder.interpreter.CopyPlan.CopyOptions;
import io.slipway.builder.sandbox.ContainerProcess.ProcessUser;
import io.slipway.builder.store.ImageTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds users and groups as an image's own files name them. */
public final class UserLookup {
  private static final int LARGEST = 1 << 20;

  private final List<String[]> users;
  private final List<String[]> groups;

  private UserLookup(List<String[]> users, List<String[]> groups) {
    this.users = users;
    this.groups = groups;
  }

  /** Reads {@code /etc/passwd} and {@code /etc/group} of an image, if there are any. */
  public static UserLookup of(ImageTree image) throws IOException {
    return new UserLookup(lines(image, "/etc/passwd"), lines(image, "/etc/group"));
  }

  private static List<String[]> lines(ImageTree image, String path) throws IOException {
    Optional<byte[]> content = image.read(path, LARGEST);
    List<String[]> found = new ArrayList<>();
    if (content.isPresent()) {
      for (String line : new String(content.get(), StandardCharsets.UTF_8).split("\n")) {
        found.add(line.strip().split(":", -1));
      }
    }
    return found;
  }

  /**
   * Whom a text means: {@code user}, {@code user:group}, names or numbers; empty for root.
   *
   * @throws IOException if a name is unknown
   */
  public ProcessUser find(String text) throws IOException {
    String[] parts = (text.isBlank() ? "0" : text.strip()).split(":", 2);
    Optional<String[]> user = user(parts[0]);
    long uid = user.isPresent() ? Long.parseLong(user.get()[2]) : number(parts[0], "user");
    String home = user.filter(u -> u.length > 5).map(u -> u[5]).orElse("/");
    long gid = user.isPresent() ? Long.parseLong(user.get()[3]) : 0;
    List<Long> further = new ArrayList<>();
    if (parts.length > 1 && !parts[1].isEmpty()) {
      gid = group(parts[1]);
    } else if (user.isPresent()) {
      String name = user.get()[0];
      for (String[] group : groups) {
        if (group.length > 3 && isNumber(group[2]) && List.of(group[3].split(",")).contains(name)) {
          further.add(Long.parseLong(group[2]));
        }
      }
    }
    return new ProcessUser(uid, gid, further, home.isEmpty() ? "/" : home);
  }

  /** Numbers that {@code --chown} means: without a group, the group has the user's number. */
  CopyOptions.Owner owner(String text) throws IOException {
    String[] parts = text.split(":", 2);
    Optional<String[]> user = user(parts[0]);
    long uid = user.isPresent() ? Long.parseLong(user.get()[2]) : number(parts[0], "user");
    if (parts.length > 1 && !parts[1].isEmpty()) {
      return new CopyOptions.Owner(uid, group(parts[1]));
    }
    boolean named = user.isPresent() && !isNumber(parts[0]);
    return new CopyOptions.Owner(uid, named ? Long.parseLong(user.get()[3]) : uid);
  }

  private Optional<String[]> user(String text) {
    return users.stream()
        .filter(u -> u.length > 3 && isNumber(u[2]) && isNumber(u[3]))
        .filter(u -> u[0].equals(text) || u[2].equals(text))
        .findFirst();
  }

  private long group(String text) throws IOException {
    Optional<String[]> found =
        groups.stream()
            .filter(g -> g.length > 2 && isNumber(g[2]))
            .filter(g -> g[0].equals(text) || g[2].equals(text))
            .findFirst();
    return found.isPresent() ? Long.parseLong(found.get()[2]) : number(text, "group");
  }

  private static long number(String text, String what) throws IOException {
    if (!isNumber(text)) {
      throw new IOException(
          "unable to find " + what + " " + text + ": the image has none of that name");
    }
    return Long.parseLong(text);
  }

  private static boolean isNumber(String text) {
    return text.matches("\\d{1,10}");
  }
}
