package io.slipway.builder.dockerfile;

import java.util.Optional;

/**
 * A word that opens a here-document, {@code <<NAME}: as in BuildKit only a whole word does, so that
 * neither {@code $((1<<bits))} nor a text in quotes is one.
 *
 * @param name the line that ends it
 * @param tabs whether leading tabs are taken off its lines
 * @param expand whether variables in it are replaced: not if any of its name is quoted
 */
public record HeredocMark(String name, boolean tabs, boolean expand) {
  private static final String QUOTES = "\"'";

  /**
   * Reads a word as it stands in the Dockerfile.
   *
   * @param escape the file's escape
   */
  public static Optional<HeredocMark> of(String word, char escape) {
    int at = 0;
    while (at < word.length() && word.charAt(at) >= '0' && word.charAt(at) <= '9') {
      at++;
    }
    if (!word.startsWith("<<", at)) {
      return Optional.empty();
    }
    boolean tabs = word.startsWith("-", at + 2);
    String written = word.substring(at + (tabs ? 3 : 2));
    String name = unquoted(written, escape);
    return name.isEmpty() || name.contains("<")
        ? Optional.empty()
        : Optional.of(new HeredocMark(name, tabs, name.equals(written)));
  }

  private static String unquoted(String written, char escape) {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < written.length(); i++) {
      char c = written.charAt(i);
      if (c == escape && i + 1 < written.length()) {
        name.append(written.charAt(++i));
      } else if (QUOTES.indexOf(c) < 0) {
        name.append(c);
      }
    }
    return name.toString();
  }
}
