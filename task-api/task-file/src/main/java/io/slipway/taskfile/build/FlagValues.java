package io.slipway.taskfile.build;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.text.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Values of flags: fields, sizes, numbers, addresses. A refusal names the flag. */
final class FlagValues {
  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,15})(?:\\.(\\d{1,6}))?\\s*([bkmgt]?)(?:i?b)?");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,6}(\\.\\d{1,6})?");
  private static final Pattern BYTE = Pattern.compile("25[0-5]|2[0-4]\\d|1?\\d?\\d");
  private static final Pattern VERSION_4 = Pattern.compile("(" + BYTE + ")(\\.(" + BYTE + ")){3}");
  private static final Pattern GROUP = Pattern.compile("[0-9a-fA-F]{1,4}");
  private static final int GROUPS = 8;

  private FlagValues() {}

  /**
   * Fields such as {@code type=registry,ref=x}.
   *
   * @param known names that the flag has
   */
  static Map<String, String> fields(String flag, String text, String... known) throws Refusal {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String field : text.split(",", -1)) {
      int equals = field.indexOf('=');
      String name = equals < 0 ? field : field.substring(0, equals);
      if (equals < 0 || !List.of(known).contains(name)) {
        throw Refusal.user(
            "%s %s: '%s' is not understood%s"
                .formatted(
                    flag,
                    text,
                    field,
                    Nearest.of(name, List.of(known))
                        .map(near -> "; did you mean " + near + "=…?")
                        .orElse("; there are " + String.join(", ", known))));
      }
      fields.put(name, field.substring(equals + 1));
    }
    return fields;
  }

  /** Bytes of {@code 512m}, {@code 2g}, {@code 1.5GiB}; units are powers of 1024 as in Docker. */
  static long bytes(String flag, String text) throws Refusal {
    Matcher match = SIZE.matcher(text.toLowerCase(Locale.ROOT));
    if (!match.matches()) {
      throw Refusal.user(flag + " " + text + " is not a valid size; write it as 512m or 2g");
    }
    double number =
        Double.parseDouble(match.group(1) + "." + (match.group(2) == null ? "0" : match.group(2)));
    int power = " kmgt".indexOf(match.group(3).isEmpty() ? " " : match.group(3));
    return (long) (number * Math.pow(1024, Math.max(power, 0)));
  }

  /** A number that is not negative. */
  static double number(String flag, String text) throws Refusal {
    if (!NUMBER.matcher(text).matches()) {
      throw Refusal.user(flag + " " + text + " is not a valid number");
    }
    return Double.parseDouble(text);
  }

  /**
   * An IP address, without the brackets that BuildKit allows around one of version 6. Nothing is
   * ever looked up.
   *
   * @param what the flag with its value, for the message
   */
  static String address(String what, String text) throws Refusal {
    boolean bracketed = text.startsWith("[") && text.endsWith("]");
    String address = bracketed ? text.substring(1, text.length() - 1) : text;
    if (VERSION_4.matcher(address).matches() || isVersion6(address)) {
      return address;
    }
    if (address.equals("host-gateway")) {
      throw Refusal.unsupported(
          what + " is refused: builds cannot reach the agent's machine; give an address");
    }
    throw Refusal.user(what + ": '" + text + "' is not a valid IP address");
  }

  /** Eight groups; {@code ::} stands for those that are zero; the last two may be an IPv4. */
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
