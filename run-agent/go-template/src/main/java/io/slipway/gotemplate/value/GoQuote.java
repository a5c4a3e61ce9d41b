package io.slipway.gotemplate.value;

/** Texts in double quotes as Go's {@code %q} writes them. */
public final class GoQuote {
  private GoQuote() {}

  /** The text in quotes; {@code asciiOnly} escapes all that is not ASCII. */
  public static String quote(String text, boolean asciiOnly) {
    StringBuilder out = new StringBuilder("\"");
    text.codePoints().forEach(c -> out.append(escape(c, '"', asciiOnly)));
    return out.append('"').toString();
  }

  /** A character in single quotes. */
  public static String character(int codePoint, boolean asciiOnly) {
    int shown = Character.isValidCodePoint(codePoint) ? codePoint : 0xFFFD;
    return "'" + escape(shown, '\'', asciiOnly) + "'";
  }

  private static String escape(int c, char quote, boolean asciiOnly) {
    if (c == quote || c == '\\') {
      return "\\" + (char) c;
    }
    int simple = "\u0007\b\f\n\r\t\u000b".indexOf(c);
    if (simple >= 0) {
      return "\\" + "abfnrtv".charAt(simple);
    }
    if (c < ' ' || c == 0x7F) {
      return String.format("\\x%02x", c);
    }
    if (c < 0x7F || !asciiOnly && isPrintable(c)) {
      return Character.toString(c);
    }
    return c < 0x10000 ? String.format("\\u%04x", c) : String.format("\\U%08x", c);
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
