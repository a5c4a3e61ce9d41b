package io.slipway.gotemplate.function;

import com.google.re2j.Pattern;
import io.slipway.gotemplate.value.Failure;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Functions for paths with slashes and for URLs; no file is looked at, nothing is fetched. */
final class PathFunctions {
  private static final Pattern PORT = Pattern.compile(":[0-9]*$");

  private PathFunctions() {}

  static void addTo(FunctionTable table) {
    table
        .add("base", 1, a -> base(a.text(0)))
        .add("dir", 1, a -> clean(a.text(0).substring(0, a.text(0).lastIndexOf('/') + 1)))
        .add("clean", 1, a -> clean(a.text(0)))
        .add("ext", 1, a -> extension(a.text(0)))
        .add("isAbs", 1, a -> a.text(0).startsWith("/"))
        .add("urlParse", 1, a -> parseUrl(a.text(0)))
        .add("urlJoin", 1, PathFunctions::joinUrl);
  }

  private static String base(String path) {
    if (path.isEmpty()) {
      return ".";
    }
    int end = path.length();
    while (end > 0 && path.charAt(end - 1) == '/') {
      end--;
    }
    return end == 0 ? "/" : path.substring(path.lastIndexOf('/', end - 1) + 1, end);
  }

  private static String extension(String path) {
    int dot = path.lastIndexOf('.');
    return dot > path.lastIndexOf('/') ? path.substring(dot) : "";
  }

  /** Without empty parts, {@code .} and {@code ..} where they can go. */
  static String clean(String path) {
    boolean absolute = path.startsWith("/");
    Deque<String> parts = new ArrayDeque<>();
    for (String part : path.split("/")) {
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      boolean canGoUp = !parts.isEmpty() && !parts.getLast().equals("..");
      if (!part.equals("..")) {
        parts.add(part);
      } else if (canGoUp) {
        parts.removeLast();
      } else if (!absolute) {
        parts.add(part);
      }
    }
    String joined = String.join("/", parts);
    return absolute ? "/" + joined : joined.isEmpty() ? "." : joined;
  }

  private static Map<String, Object> parseUrl(String text) {
    try {
      URI uri = new URI(text);
      String host = uri.getRawAuthority();
      String user = uri.getRawUserInfo();
      boolean hasUser = host != null && host.indexOf('@') >= 0;
      String bare = host == null ? "" : host.substring(host.lastIndexOf('@') + 1);
      Map<String, Object> parts = new LinkedHashMap<>();
      parts.put("scheme", orEmpty(uri.getScheme()));
      parts.put("host", bare);
      parts.put("hostname", PORT.matcher(bare).replaceFirst(""));
      parts.put("path", orEmpty(uri.getPath()));
      parts.put("query", orEmpty(uri.getRawQuery()));
      parts.put("opaque", uri.isOpaque() ? uri.getRawSchemeSpecificPart() : "");
      parts.put("fragment", orEmpty(uri.getFragment()));
      parts.put(
          "userinfo",
          user != null
              ? user
              : hasUser
                  ? String.valueOf(host).substring(0, String.valueOf(host).lastIndexOf('@'))
                  : "");
      return parts;
    } catch (URISyntaxException malformed) {
      throw new Failure("unable to parse url: " + malformed.getReason());
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static String part(Arguments a, String name) {
    Object value = a.map(0).get(name);
    if (value == null) {
      return "";
    }
    if (value instanceof String text) {
      return text;
    }
    throw new Failure("unable to parse " + name + " key, must be of type string");
  }

  private static String joinUrl(Arguments a) {
    String scheme = part(a, "scheme");
    String opaque = part(a, "opaque");
    String user = part(a, "userinfo");
    String host = part(a, "host");
    String path = encoded(part(a, "path"));
    StringBuilder out = new StringBuilder(scheme.isEmpty() ? "" : scheme + ":");
    if (!opaque.isEmpty()) {
      out.append(opaque);
    } else {
      if (!scheme.isEmpty() && !host.isEmpty() || !host.isEmpty() || !user.isEmpty()) {
        out.append("//").append(user.isEmpty() ? "" : user + "@").append(host);
      }
      boolean needsSlash = !path.isEmpty() && !path.startsWith("/") && !host.isEmpty();
      out.append(needsSlash ? "/" : "").append(path);
    }
    String query = part(a, "query");
    String fragment = encoded(part(a, "fragment"));
    out.append(query.isEmpty() ? "" : "?" + query);
    out.append(fragment.isEmpty() ? "" : "#" + fragment);
    return a.budget().made(out.toString());
  }

  private static String encoded(String text) {
    try {
      return text.isEmpty()
          ? ""
          : new URI(null, null, "/" + text, null).toASCIIString().substring(1);
    } catch (URISyntaxException malformed) {
      throw new Failure("unable to join url: " + malformed.getReason());
    }
  }
}
