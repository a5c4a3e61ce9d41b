package io.slipway.broker.registry;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a registry wants to be logged in to: the {@code WWW-Authenticate} header of its answer to
 * {@code GET /v2/} (RFC 7235, RFC 6750). Pure.
 *
 * @param realm where tokens are to be had
 * @param service name of the registry there
 */
public record Challenge(String realm, String service) {
  private static final int LONGEST = 8 * 1024;
  private static final Pattern BEARER =
      Pattern.compile("(?:^|,)\\s*bearer\\s+", Pattern.CASE_INSENSITIVE);
  private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,64}");

  /**
   * Reads a header.
   *
   * @return empty if it holds no bearer challenge with realm and service
   */
  public static Optional<Challenge> parse(String header) {
    if (header.length() > LONGEST) {
      return Optional.empty();
    }
    Matcher bearer = BEARER.matcher(header);
    if (!bearer.find()) {
      return Optional.empty();
    }
    Map<String, String> parameters = parameters(header, bearer.end());
    String realm = parameters.get("realm");
    String service = parameters.get("service");
    return realm == null || service == null
        ? Optional.empty()
        : Optional.of(new Challenge(realm, service));
  }

  /** Scanned by hand: a regular expression of quoted texts recurses on what a stranger sends. */
  private static Map<String, String> parameters(String header, int from) {
    Map<String, String> parameters = new HashMap<>();
    int at = skip(header, from, " \t,");
    while (at < header.length()) {
      int equals = header.indexOf('=', at);
      if (equals < 0) {
        return parameters;
      }
      String name = header.substring(at, equals).strip().toLowerCase(Locale.ROOT);
      StringBuilder value = new StringBuilder();
      int end = read(header, skip(header, equals + 1, " \t"), value);
      if (end < 0 || !NAME.matcher(name).matches()) {
        return parameters;
      }
      // The first counts: one that comes again must not replace what was checked.
      parameters.putIfAbsent(name, value.toString());
      at = skip(header, end, " \t,");
    }
    return parameters;
  }

  /** Reads a value, quoted or not; the index behind it, or -1 if a quote is not closed. */
  private static int read(String header, int from, StringBuilder value) {
    if (from >= header.length() || header.charAt(from) != '"') {
      int at = from;
      while (at < header.length() && " \t,\"".indexOf(header.charAt(at)) < 0) {
        value.append(header.charAt(at++));
      }
      return at;
    }
    for (int at = from + 1; at < header.length(); at++) {
      char c = header.charAt(at);
      if (c == '"') {
        return at + 1;
      }
      if (c == '\\' && at + 1 < header.length()) {
        at++;
      }
      value.append(header.charAt(at));
    }
    return -1;
  }

  private static int skip(String header, int from, String blanks) {
    int at = from;
    while (at < header.length() && blanks.indexOf(header.charAt(at)) >= 0) {
      at++;
    }
    return at;
  }
}
