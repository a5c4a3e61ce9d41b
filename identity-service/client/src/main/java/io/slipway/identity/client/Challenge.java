package io.slipway.identity.client;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a registry wants to be logged in to: the {@code WWW-Authenticate} headers of its answer to
 * {@code GET /v2/} (RFC 7235 section 4.1, RFC 6750). Any registry of the world may send them, so
 * they are scanned by hand: a regular expression of quoted texts recurses on what a stranger sends.
 * Pure.
 *
 * @param scheme which way
 * @param realm where tokens come from; empty for the other ways
 * @param service the registry's name at the realm; empty if the registry does not say it
 */
public record Challenge(Scheme scheme, String realm, String service) {
  /** Ways of logging in that are known here. */
  public enum Scheme {
    /** No credential is wanted. */
    NONE,
    /** User name and password with each call. */
    BASIC,
    /** A token from the realm. */
    BEARER
  }

  /** Of a registry that is open to all. */
  public static final Challenge OPEN = new Challenge(Scheme.NONE, "", "");

  /** In characters, of one header. */
  private static final int LONGEST = 8 * 1024;

  private static final int LONGEST_NAME = 64;

  /**
   * Reads the headers of a 401. One header may hold several challenges; a token is preferred to a
   * password, wherever it stands.
   *
   * @return empty if there is neither a bearer challenge with a realm nor a basic one
   */
  public static Optional<Challenge> parse(List<String> headers) {
    Challenge basic = null;
    for (String header : headers) {
      Optional<Challenge> found =
          header.length() > LONGEST ? Optional.empty() : new Scanner(header).best();
      if (found.isPresent() && found.get().scheme() == Scheme.BEARER) {
        return found;
      }
      basic = basic == null ? found.orElse(null) : basic;
    }
    return Optional.ofNullable(basic);
  }

  /** Walks over one header from left to right, each character once. */
  private static final class Scanner {
    private final String header;
    private int at;
    private @Nullable Challenge bearer;
    private boolean basic;

    Scanner(String header) {
      this.header = header;
    }

    Optional<Challenge> best() {
      String scheme = "";
      Map<String, String> parameters = new HashMap<>();
      skip(" \t,");
      while (at < header.length()) {
        String word = word();
        if (word.isEmpty() || word.length() > LONGEST_NAME) {
          break;
        }
        skip(" \t");
        if (at < header.length() && header.charAt(at) == '=') {
          at++;
          skip(" \t");
          String value = value();
          if (value == null) {
            break;
          }
          // The first counts: one that comes again must not replace what was checked.
          parameters.putIfAbsent(word, value);
        } else {
          take(scheme, parameters);
          scheme = word;
          parameters = new HashMap<>();
        }
        skip(" \t,");
      }
      take(scheme, parameters);
      if (bearer != null) {
        return Optional.of(bearer);
      }
      return basic ? Optional.of(new Challenge(Scheme.BASIC, "", "")) : Optional.empty();
    }

    private void take(String scheme, Map<String, String> parameters) {
      String realm = parameters.getOrDefault("realm", "");
      if (scheme.equals("basic")) {
        basic = true;
      } else if (scheme.equals("bearer") && bearer == null && !realm.isEmpty()) {
        bearer = new Challenge(Scheme.BEARER, realm, parameters.getOrDefault("service", ""));
      }
    }

    /** A scheme or the name of a parameter, in lower case. */
    private String word() {
      int from = at;
      while (at < header.length() && " \t,=\"".indexOf(header.charAt(at)) < 0) {
        at++;
      }
      return header.substring(from, at).toLowerCase(Locale.ROOT);
    }

    /** A value, quoted or not; null if its quote is not closed. */
    private @Nullable String value() {
      StringBuilder value = new StringBuilder();
      if (at >= header.length() || header.charAt(at) != '"') {
        while (at < header.length() && " \t,\"".indexOf(header.charAt(at)) < 0) {
          value.append(header.charAt(at++));
        }
        return value.toString();
      }
      for (at++; at < header.length(); at++) {
        char c = header.charAt(at);
        if (c == '"') {
          at++;
          return value.toString();
        }
        if (c == '\\' && at + 1 < header.length()) {
          at++;
        }
        value.append(header.charAt(at));
      }
      return null;
    }

    private void skip(String characters) {
      while (at < header.length() && characters.indexOf(header.charAt(at)) >= 0) {
        at++;
      }
    }
  }
}
