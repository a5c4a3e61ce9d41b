package io.slipway.identity.filter;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.Locale;
import java.util.Optional;

/**
 * The {@code $filter}s of service principals that clients send: one field, compared with one text.
 * Pure.
 *
 * @param field which field
 * @param value its value
 */
public record PrincipalFilter(Field field, String value) {
  private static final String TEXT = "'((?:[^']|'')*)'\\s*";
  private static final Pattern NAME =
      Pattern.compile(
          "\\s*servicePrincipalNames/any\\(\\s*(\\w+)\\s*:\\s*(\\w+)\\s+eq\\s+'((?:[^']|'')*)'\\s*\\)\\s*",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern EQUALS =
      Pattern.compile("\\s*(appId|id|displayName)\\s+eq\\s+" + TEXT, Pattern.CASE_INSENSITIVE);

  /** Longer ones are not of any client. */
  private static final int LONGEST = 1000;

  /** Fields that can be asked for. */
  public enum Field {
    CLIENT_ID,
    ID,
    DISPLAY_NAME
  }

  /** Reads a filter; empty if it is another. */
  public static Optional<PrincipalFilter> parse(String filter) {
    if (filter.length() > LONGEST) {
      return Optional.empty();
    }
    Matcher name = NAME.matcher(filter);
    if (name.matches() && name.group(1).equalsIgnoreCase(name.group(2))) {
      return Optional.of(new PrincipalFilter(Field.CLIENT_ID, plain(name.group(3))));
    }
    Matcher equals = EQUALS.matcher(filter);
    if (!equals.matches()) {
      return Optional.empty();
    }
    Field field =
        switch (equals.group(1).toLowerCase(Locale.ROOT)) {
          case "appid" -> Field.CLIENT_ID;
          case "id" -> Field.ID;
          default -> Field.DISPLAY_NAME;
        };
    return Optional.of(new PrincipalFilter(field, plain(equals.group(2))));
  }

  private static String plain(String quoted) {
    return quoted.replace("''", "'");
  }
}
