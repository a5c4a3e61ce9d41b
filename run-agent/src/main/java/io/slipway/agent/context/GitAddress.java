package io.slipway.agent.context;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Address of a git repository without its secret, so that it may be an argument and be printed.
 *
 * @param text the address without user and password, if it is one of http
 * @param scheme {@code http}, {@code https}, {@code git} or {@code ssh}
 * @param host host
 * @param port port, the scheme's own if the address has none
 * @param user user, or a token alone; null without one
 * @param password password or token; empty if there is only a user
 */
record GitAddress(
    String text, String scheme, String host, int port, @Nullable String user, String password) {
  /** User name for a token without one: servers want a user name and take any. */
  private static final String LONE = "dummy";

  private static final Pattern SCP =
      Pattern.compile("([A-Za-z0-9._-]+)@([A-Za-z0-9._-]+):(?:[^-].*)?");

  private static final Pattern LOG_IN = Pattern.compile("//[^@/]*@");
  private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|::1");
  private static final Pattern LAST_SLASHES = Pattern.compile("/+$");

  /**
   * Reads an address.
   *
   * @throws IOException if it is not the address of a repository in a network
   */
  static GitAddress parse(String address) throws IOException {
    Matcher scp = SCP.matcher(address);
    if (scp.matches()) {
      return new GitAddress(address, "ssh", scp.group(2), 22, null, "");
    }
    URI uri = uri(address);
    String scheme = uri.getScheme() == null ? "" : uri.getScheme();
    int port =
        switch (scheme) {
          case "http" -> 80;
          case "https" -> 443;
          case "git" -> 9418;
          case "ssh" -> 22;
          default -> throw none();
        };
    String host = uri.getHost();
    if (host == null || host.startsWith("-")) {
      throw none();
    }
    if (scheme.equals("ssh") && String.valueOf(uri.getRawUserInfo()).contains(":")) {
      throw new IOException("an ssh address takes no password: the agent has a key");
    }
    String info = scheme.startsWith("http") ? uri.getRawUserInfo() : null;
    String text = info == null ? address : LOG_IN.matcher(address).replaceFirst("//");
    int colon = info == null ? -1 : info.indexOf(':');
    return new GitAddress(
        text,
        scheme,
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        uri.getPort() < 0 ? port : uri.getPort(),
        info == null ? null : decoded(colon < 0 ? info : info.substring(0, colon)),
        info == null || colon < 0 ? "" : decoded(info.substring(colon + 1)));
  }

  /** Where the server says that the repository is. */
  static GitAddress redirected(String location) throws IOException {
    return parse(location);
  }

  /** The address without slashes at its end. */
  String base() {
    return withoutLastSlashes(text);
  }

  static String withoutLastSlashes(String address) {
    return LAST_SLASHES.matcher(address).replaceFirst("");
  }

  /** The server, as {@code scheme://host:port}. */
  String server() {
    return scheme + "://" + host.toLowerCase(Locale.ROOT) + ":" + port;
  }

  /** Whether a token of the run may be sent there: encrypted, or not over a network. */
  boolean mayCarryToken() {
    return scheme.equals("https") || scheme.equals("http") && LOOPBACK.matcher(host).matches();
  }

  /** The same repository with a token, unless the address has a password of its own. */
  GitAddress withToken(String token) {
    return password.isEmpty()
        ? new GitAddress(text, scheme, host, port, user == null ? LONE : user, token)
        : this;
  }

  /** The same repository with the credentials of another one, if that is on the same server. */
  GitAddress withSecretOf(GitAddress other) {
    return user == null && server().equals(other.server())
        ? new GitAddress(text, scheme, host, port, other.user(), other.password())
        : this;
  }

  /** User name of the log-in; any word if the address has only a token. */
  String loginUser() {
    return user == null || password.isEmpty() ? LONE : user;
  }

  /** Password or token of the log-in; null without one. */
  @Nullable String loginPassword() {
    return password.isEmpty() ? user : password;
  }

  /** The address with one of the host's network addresses in place of its name. */
  String textAt(String address) {
    String shown = address.contains(":") ? "[" + address + "]" : address;
    return scheme + "://" + shown + ":" + port + uriPath();
  }

  private String uriPath() {
    int begin = text.indexOf('/', text.indexOf("//") + 2);
    return begin < 0 ? "/" : text.substring(begin);
  }

  boolean isHttp() {
    return scheme.startsWith("http");
  }

  /** The secret in it, which must never be shown: the password, or a token without a user. */
  @Nullable String secret() {
    return password.isEmpty() ? user : password;
  }

  private static URI uri(String address) throws IOException {
    try {
      return new URI(address);
    } catch (URISyntaxException malformed) {
      // The message of the cause holds the whole address.
      throw none();
    }
  }

  private static IOException none() {
    return new IOException("it is not the address of a git repository in a network");
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
