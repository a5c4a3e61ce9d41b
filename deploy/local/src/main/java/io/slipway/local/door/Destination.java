package io.slipway.local.door;

import com.google.re2j.Pattern;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Who answers a request; decided by its path alone. */
public enum Destination {
  /** Log-in, Graph, registry tokens, identities, roles. */
  IDENTITY,
  /** Everything else of ARM, logs and uploads. */
  TASK_API,
  /** The front door itself: what {@code az cloud register} wants to know. */
  CLOUD_DOCUMENT,
  /** Nobody: calls between the services do not go through the front door. */
  REFUSED;

  private static final Set<String> INSIDE = Set.of("internal", "q", "leases", "secrets");
  private static final Set<String> SIGN_IN = Set.of("adfs", "v1.0", "oauth2");
  private static final Set<String> DIRECTORY =
      Set.of("microsoft.managedidentity", "microsoft.authorization");
  private static final Pattern GUID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  private static final Pattern SLASHES = Pattern.compile("/{2,}");
  private static final Pattern PARAMETERS = Pattern.compile(";[^/]*");

  /**
   * @param path raw path of the request, escapes and all
   */
  public static Destination of(String path) {
    List<String> segments;
    try {
      segments = segments(path);
    } catch (IllegalArgumentException malformedEscape) {
      return REFUSED;
    }
    if (segments.contains(".") || segments.contains("..")) {
      return REFUSED;
    }
    String first = segments.isEmpty() ? "" : segments.get(0);
    String second = segments.size() < 2 ? "" : segments.get(1);
    if (INSIDE.contains(first)) {
      return REFUSED;
    }
    if (first.equals("cloud.json")) {
      return CLOUD_DOCUMENT;
    }
    boolean tenantSignIn =
        GUID.matcher(first).matches() && (second.equals("oauth2") || second.equals("v2.0"));
    return SIGN_IN.contains(first) || tenantSignIn || namesDirectory(segments)
        ? IDENTITY
        : TASK_API;
  }

  /** The path that is sent on: empty segments, which az makes and servers refuse, are dropped. */
  public static String collapsed(String path) {
    return SLASHES.matcher(path).replaceAll("/");
  }

  private static boolean namesDirectory(List<String> segments) {
    for (int i = 0; i + 2 < segments.size(); i++) {
      if (segments.get(i).equals("providers") && DIRECTORY.contains(segments.get(i + 1))) {
        return true;
      }
    }
    return false;
  }

  /** As a server behind could read it: escapes resolved, path parameters dropped, in lower case. */
  private static List<String> segments(String path) {
    String decoded =
        URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8)
            .toLowerCase(Locale.ROOT);
    String plain = PARAMETERS.matcher(decoded.replace('\\', '/')).replaceAll("");
    return Arrays.stream(plain.split("/")).filter(segment -> !segment.isEmpty()).toList();
  }
}
