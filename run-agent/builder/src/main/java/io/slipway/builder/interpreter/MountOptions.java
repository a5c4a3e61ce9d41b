package io.slipway.builder.interpreter;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.slipway.builder.EngineException;
import io.slipway.builder.dockerfile.Instruction;
import io.slipway.builder.store.CacheFolders.Sharing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The options of one {@code RUN --mount}, with their variables replaced and their values read. */
record MountOptions(Map<String, String> values, Sharing sharing) {
  private static final Set<String> YES = Set.of("1", "t", "true");
  private static final Set<String> NO = Set.of("0", "f", "false");
  private static final Pattern OCTAL = Pattern.compile("0*[0-7]{1,4}");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})([kmgt]?)(?:i?b)?");
  private static final long LARGEST_ID = 0xFFFF_FFFEL;

  /**
   * Reads them.
   *
   * @throws EngineException if a value is wrong, or the built-in engine lacks what it asks for
   */
  static MountOptions of(Instruction.Run run, Map<String, String> written, Expansion expansion)
      throws EngineException {
    Map<String, String> values = new LinkedHashMap<>();
    for (Map.Entry<String, String> each : written.entrySet()) {
      String name = each.getKey();
      String value = expansion.expand(run, each.getValue());
      switch (name) {
        case "readonly", "required" -> values.put(name, "" + flag(run, name, value));
        case "readwrite" -> values.put("readonly", "" + !flag(run, name, value));
        case "mode" -> values.put(name, matching(run, name, value, OCTAL, "octal, such as 0755"));
        case "uid", "gid" -> values.put(name, id(run, name, value));
        case "size" -> values.put(name, bytes(run, value));
        default -> values.put(name, value);
      }
    }
    Refusals.mount(run, values);
    return new MountOptions(values, sharing(run, values));
  }

  private static Sharing sharing(Instruction.Run run, Map<String, String> values)
      throws EngineException {
    String text = values.getOrDefault("sharing", "shared");
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "shared" -> Sharing.SHARED;
      case "private" -> Sharing.PRIVATE;
      case "locked" -> Sharing.LOCKED;
      default -> throw wrong(run, "sharing", text, "shared, private or locked");
    };
  }

  private static boolean flag(Instruction.Run run, String name, String value)
      throws EngineException {
    String lower = value.toLowerCase(Locale.ROOT);
    if (!YES.contains(lower) && !NO.contains(lower)) {
      throw wrong(run, name, value, "true or false");
    }
    return YES.contains(lower);
  }

  private static String matching(
      Instruction.Run run, String name, String value, Pattern pattern, String right)
      throws EngineException {
    if (!pattern.matches(value)) {
      throw wrong(run, name, value, right);
    }
    return value;
  }

  private static String id(Instruction.Run run, String name, String value) throws EngineException {
    String id = matching(run, name, value, NUMBER, "a number");
    if (Long.parseLong(id) > LARGEST_ID) {
      throw wrong(run, name, value, "at most " + LARGEST_ID);
    }
    return id;
  }

  /** Docker's units, of 1024: {@code 64m}, {@code 1GB}, {@code 512KiB}. */
  private static String bytes(Instruction.Run run, String value) throws EngineException {
    Matcher size = SIZE.matcher(value.toLowerCase(Locale.ROOT).replace(" ", ""));
    if (!size.matches()) {
      throw wrong(run, "size", value, "a number of bytes, such as 64m");
    }
    try {
      long unit = 1L << (10 * "kmgt".indexOf(size.group(2)) + (size.group(2).isEmpty() ? 0 : 10));
      return "" + Math.multiplyExact(Long.parseLong(size.group(1)), unit);
    } catch (ArithmeticException huge) {
      throw wrong(run, "size", value, "less than 8 EiB");
    }
  }

  private static EngineException wrong(
      Instruction.Run run, String name, String value, String right) {
    return Refusals.user(run, "RUN --mount " + name + "=" + value + " must be " + right);
  }

  String type() {
    return get("type");
  }

  /** Value of an option; empty if it is not given. */
  String get(String name) {
    return values.getOrDefault(name, "");
  }

  boolean isRequired() {
    return get("required").equals("true");
  }

  boolean readOnly(boolean otherwise) {
    return values.containsKey("readonly") ? get("readonly").equals("true") : otherwise;
  }

  int mode(int otherwise) {
    return get("mode").isEmpty() ? otherwise : Integer.parseInt(get("mode"), 8);
  }

  long number(String name) {
    return get(name).isEmpty() ? 0 : Long.parseLong(get(name));
  }

  /** As options of a tmpfs. */
  List<String> size() {
    return get("size").isEmpty() ? List.of() : List.of("size=" + get("size"));
  }

  /** Of two mounts of one cache the one that shares it less. */
  MountOptions stricter(MountOptions other) {
    return other.sharing.compareTo(sharing) > 0 ? other : this;
  }
}
