package io.slipway.taskapi.arm;

/**
 * A {@code Warning} header: code 299, which says that it stays. Pure.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7234#section-5.5">RFC 7234, 5.5</a>
 */
public final class Warning {
  private static final int LONGEST = 500;

  private Warning() {}

  /** Value of the header; what may not stand in one becomes a question mark. */
  public static String header(String text) {
    String cut = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    String plain = cut.replaceAll("[^\\x20-\\x7e]", "?");
    return "299 slipway \"" + plain.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
