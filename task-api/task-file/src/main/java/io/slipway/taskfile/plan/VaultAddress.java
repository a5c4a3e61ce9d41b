package io.slipway.taskfile.plan;

import com.google.re2j.Pattern;
import io.slipway.taskfile.Refusal;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Address of a secret in a key vault, {@code https://<vault>/secrets/<name>[/<version>]}; in lower
 * case, as the original takes it.
 *
 * @param host host of the vault, for example {@code my.vault.azure.net}
 * @param name name of the secret
 * @param version version, or null for the newest
 */
public record VaultAddress(String host, String name, @Nullable String version) {
  private static final Pattern HOST =
      Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+");
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,127}");

  /**
   * Reads one.
   *
   * @throws Refusal if it is malformed, in the words of the original
   */
  public static VaultAddress parse(String text) throws Refusal {
    String trimmed = text.strip().toLowerCase(Locale.ROOT);
    if (trimmed.isEmpty()) {
      throw Refusal.user("missing azure keyvault URL");
    }
    URI address = address(trimmed);
    if (!"https".equals(address.getScheme())) {
      throw Refusal.user("invalid azure keyvault secret URL scheme. Expected Https");
    }
    String path = address.getRawPath() == null ? "" : address.getRawPath();
    List<String> segments =
        Arrays.asList(
            (path.endsWith("/") ? path.substring(0, path.length() - 1) : path).split("/", -1));
    if (segments.size() != 3 && segments.size() != 4) {
      throw Refusal.user(
          "invalid azure keyvault secret URL. Bad number of URL segments: " + segments.size());
    }
    String host = address.getHost() == null ? "" : address.getHost();
    if (!HOST.matcher(host).matches()
        || address.getPort() != -1
        || address.getRawUserInfo() != null
        || address.getRawQuery() != null
        || address.getRawFragment() != null) {
      throw malformed();
    }
    String version = segments.size() == 4 ? segments.get(3) : null;
    if (!segments.get(1).equals("secrets")
        || !NAME.matcher(segments.get(2)).matches()
        || version != null && !NAME.matcher(version).matches()) {
      throw malformed();
    }
    return new VaultAddress(host, segments.get(2), version);
  }

  private static Refusal malformed() {
    return Refusal.user(
        "invalid azure keyvault secret URL. Expected https://<vault>/secrets/<name>[/<version>]");
  }

  private static URI address(String text) throws Refusal {
    try {
      return new URI(text);
    } catch (URISyntaxException malformed) {
      throw malformed();
    }
  }

  /** Resource that a token for the vault is asked for: its host without the first label. */
  public String resource() {
    return "https://" + host.substring(host.indexOf('.') + 1);
  }

  /** Address of the vault itself. */
  public String vault() {
    return "https://" + host;
  }
}
