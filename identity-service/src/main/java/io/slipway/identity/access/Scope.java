package io.slipway.identity.access;

import com.google.re2j.Pattern;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a role holds: the tenant ({@code /}), a subscription, a resource group or a resource, as an
 * ARM id. Compared in any case.
 *
 * @param text as it was written, without a last slash
 * @param key the same in lower case
 */
public record Scope(String text, String key) {
  /** The tenant, with everything in it. */
  public static final Scope ROOT = new Scope("/", "/");

  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_.()-]+");
  private static final int LONGEST_SEGMENT = 260;
  private static final int LONGEST = 2048;

  /**
   * Reads an ARM id. Empty segments are left out, as clients send them.
   *
   * @return empty if it is not an ARM id of one of the kinds above
   */
  public static Optional<Scope> parse(String id) {
    if (!id.startsWith("/") || id.length() > LONGEST) {
      return Optional.empty();
    }
    List<String> segments = Arrays.stream(id.split("/")).filter(s -> !s.isEmpty()).toList();
    if (segments.isEmpty()) {
      return Optional.of(ROOT);
    }
    if (!segments.stream().allMatch(Scope::isName) || !isArmId(segments)) {
      return Optional.empty();
    }
    String text = "/" + String.join("/", segments);
    return Optional.of(new Scope(text, key(text)));
  }

  /** Form in which ARM ids are compared. */
  public static String key(String id) {
    return id.toLowerCase(Locale.ROOT);
  }

  /** The first key that a scope below this one may have, in the order of characters. */
  public String firstBelow() {
    return key.equals("/") ? key : key + "/";
  }

  /** The first key after those of all scopes below this one; {@code 0} comes after the slash. */
  public String afterBelow() {
    return key.equals("/") ? "0" : key + "0";
  }

  /** Whether what holds at this scope holds at the other: it is the same scope or lies below. */
  public boolean covers(Scope there) {
    return key.equals("/") || there.key.equals(key) || there.key.startsWith(key + "/");
  }

  private static boolean isName(String segment) {
    return segment.length() <= LONGEST_SEGMENT
        && SEGMENT.matcher(segment).matches()
        && segment.chars().anyMatch(c -> c != '.');
  }

  private static boolean isArmId(List<String> segments) {
    if (segments.size() < 2 || !segments.get(0).equalsIgnoreCase("subscriptions")) {
      return false;
    }
    if (segments.size() == 2) {
      return true;
    }
    int resource = segments.get(2).equalsIgnoreCase("resourceGroups") ? 4 : 2;
    return segments.size() == resource
        || isResource(segments.subList(Math.min(resource, segments.size()), segments.size()));
  }

  /** {@code providers/namespace/type/name}, more types and names, and so again for extensions. */
  private static boolean isResource(List<String> segments) {
    if (segments.size() < 4
        || segments.size() % 2 != 0
        || !segments.get(0).equalsIgnoreCase("providers")) {
      return false;
    }
    for (int word = 2; word < segments.size(); word += 2) {
      if (segments.get(word).equalsIgnoreCase("providers")) {
        return isResource(segments.subList(word, segments.size()));
      }
    }
    return true;
  }
}
