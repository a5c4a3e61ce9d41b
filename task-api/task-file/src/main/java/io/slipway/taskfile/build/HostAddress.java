package io.slipway.taskfile.build;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Addresses of {@code --add-host}; nothing is ever looked up. */
final class HostAddress {
  private static final Pattern BYTE = Pattern.compile("25[0-5]|2[0-4]\\d|1?\\d?\\d");
  private static final Pattern VERSION_4 = Pattern.compile("(" + BYTE + ")(\\.(" + BYTE + ")){3}");
  private static final Pattern GROUP = Pattern.compile("[0-9a-fA-F]{1,4}");
  private static final int GROUPS = 8;

  private HostAddress() {}

  /**
   * The address, without the brackets that BuildKit allows around one of version 6.
   *
   * @param what the flag with its value, for the message
   * @throws IllegalArgumentException if it is none
   */
  static String parse(String what, String text) {
    String address = text.startsWith("[") && text.endsWith("]") ? inner(text) : text;
    if (VERSION_4.matcher(address).matches() || isVersion6(address)) {
      return address;
    }
    if (address.equals("host-gateway")) {
      throw new IllegalArgumentException(
          what + " is refused: the agent's machine is not reached by builds; give an address");
    }
    throw new IllegalArgumentException(what + ": '" + text + "' is no IP address");
  }

  private static String inner(String text) {
    return text.substring(1, text.length() - 1);
  }

  /** Eight groups, of which {@code ::} leaves out those that are zero; the last two may be v4. */
  private static boolean isVersion6(String address) {
    String[] halves = address.split("::", -1);
    if (halves.length > 2 || !address.contains(":")) {
      return false;
    }
    List<String> groups = new ArrayList<>();
    for (String half : halves) {
      if (!half.isEmpty() || halves.length == 1) {
        groups.addAll(List.of(half.split(":", -1)));
      }
    }
    int count = groups.size();
    if (count > 0 && !address.endsWith(":") && VERSION_4.matcher(groups.getLast()).matches()) {
      groups.removeLast();
      count++;
    }
    boolean fits = halves.length == 2 ? count < GROUPS : count == GROUPS;
    return fits && groups.stream().allMatch(group -> GROUP.matcher(group).matches());
  }
}
