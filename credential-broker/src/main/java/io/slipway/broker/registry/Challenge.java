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
  private static final Pattern PARAMETER =
      Pattern.compile(
          "\\G\\s*,?\\s*([A-Za-z0-9_-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,\"]+))");

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

  private static Map<String, String> parameters(String header, int from) {
    Map<String, String> parameters = new HashMap<>();
    Matcher parameter = PARAMETER.matcher(header);
    parameter.region(from, header.length());
    while (parameter.find()) {
      String quoted = parameter.group(2);
      String value = quoted == null ? parameter.group(3) : quoted.replaceAll("\\\\(.)", "$1");
      // The first counts: one that comes again must not replace what was checked.
      parameters.putIfAbsent(parameter.group(1).toLowerCase(Locale.ROOT), value);
    }
    return parameters;
  }
}
