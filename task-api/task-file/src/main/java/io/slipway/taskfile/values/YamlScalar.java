package io.slipway.taskfile.values;

import java.math.BigInteger;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * What a scalar of YAML 1.1 stands for, as the original's library has it. A date stays the text
 * that was written, where the original makes a point in time of it.
 */
final class YamlScalar {
  private static final Set<String> TRUE =
      Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
  private static final Set<String> FALSE =
      Set.of("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
  private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");
  private static final Pattern WHOLE =
      Pattern.compile("[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)");
  private static final Pattern FRACTION =
      Pattern.compile(
          "[-+]?[0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+\\.(?:[eE][-+]?[0-9]+)?");
  private static final int LONGEST_NUMBER = 100;
  private static final Resolver RESOLVER = new Resolver();

  private YamlScalar() {}

  static boolean isPlain(ScalarNode scalar) {
    return scalar.getScalarStyle() == ScalarStyle.PLAIN;
  }

  static @Nullable Object value(ScalarNode scalar) {
    String text = scalar.getValue();
    if (!isPlain(scalar) || scalar.getTag().equals(Tag.STR) && isTagged(scalar)) {
      return text;
    }
    if (NULL.contains(text)) {
      return null;
    }
    if (TRUE.contains(text)) {
      return true;
    }
    if (FALSE.contains(text)) {
      return false;
    }
    return text.length() > LONGEST_NUMBER ? text : number(text);
  }

  /** Whether the text would not be taken for a text, so that its tag must have been written. */
  private static boolean isTagged(ScalarNode scalar) {
    Tag resolved = RESOLVER.resolve(NodeId.scalar, scalar.getValue(), true);
    return !resolved.equals(Tag.STR);
  }

  private static Object number(String text) {
    switch (text) {
      case ".nan", ".NaN", ".NAN" -> {
        return Double.NaN;
      }
      case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF" -> {
        return Double.POSITIVE_INFINITY;
      }
      case "-.inf", "-.Inf", "-.INF" -> {
        return Double.NEGATIVE_INFINITY;
      }
      default -> {
        String plain = text.replace("_", "");
        if (WHOLE.matcher(plain).matches()) {
          return whole(plain);
        }
        return FRACTION.matcher(plain).matches() ? (Object) Double.valueOf(plain) : (Object) text;
      }
    }
  }

  private static Object whole(String text) {
    boolean negative = text.startsWith("-");
    String digits = negative || text.startsWith("+") ? text.substring(1) : text;
    int base = 10;
    if (digits.length() > 1 && digits.charAt(0) == '0') {
      char letter = Character.toLowerCase(digits.charAt(1));
      base = letter == 'x' ? 16 : letter == 'b' ? 2 : 8;
      digits = digits.substring(Character.isLetter(letter) ? 2 : 1);
    }
    BigInteger value = new BigInteger((negative ? "-" : "") + digits, base);
    return value.bitLength() < Long.SIZE
        ? (Object) value.longValue()
        : (Object) value.doubleValue();
  }
}
