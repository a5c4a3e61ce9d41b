package io.slipway.gotemplate.function;

import io.slipway.gotemplate.value.TemplateFailure;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Addresses taken apart and put together; nothing is fetched. */
final class UrlFunctions {
  private UrlFunctions() {}

  static void addTo(FunctionTable table) {
    table.add("urlParse", 1, a -> parse(a.text(0))).add("urlJoin", 1, a -> join(a));
  }

  private static Map<String, Object> parse(String text) {
    try {
      URI uri = new URI(text);
      String host = uri.getRawAuthority();
      String user = uri.getRawUserInfo();
      boolean hasUser = host != null && host.indexOf('@') >= 0;
      String bare = host == null ? "" : host.substring(host.lastIndexOf('@') + 1);
      Map<String, Object> parts = new LinkedHashMap<>();
      parts.put("scheme", orEmpty(uri.getScheme()));
      parts.put("host", bare);
      parts.put("hostname", bare.replaceFirst(":[0-9]*$", ""));
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
      throw new TemplateFailure("unable to parse url: " + malformed.getReason());
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
    throw new TemplateFailure("unable to parse " + name + " key, must be of type string");
  }

  private static String join(Arguments a) {
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
      throw new TemplateFailure("unable to join url: " + malformed.getReason());
    }
  }
}
