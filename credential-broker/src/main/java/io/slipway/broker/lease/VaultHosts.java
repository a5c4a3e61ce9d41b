package io.slipway.broker.lease;

import com.google.re2j.Pattern;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Key vaults that runs may read: hosts, or {@code *.} and the end of a host. None by default. */
@ApplicationScoped
class VaultHosts {
  private static final Pattern HOST =
      Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+");

  private final List<String> allowed;

  VaultHosts(@ConfigProperty(name = "slipway.broker.vault-hosts") Optional<List<String>> allowed) {
    this.allowed =
        allowed.orElse(List.of()).stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
  }

  /**
   * The host of a vault's address {@code https://<host>}; empty if it is not such an address, or
   * not allowed.
   */
  Optional<String> allowed(String vault) {
    String host;
    try {
      URI address = URI.create(vault.toLowerCase(Locale.ROOT));
      host = String.valueOf(address.getHost());
      if (!("https://" + host).equals(address.toString())) {
        return Optional.empty();
      }
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
    return HOST.matcher(host).matches() && allowed.stream().anyMatch(each -> matches(each, host))
        ? Optional.of(host)
        : Optional.empty();
  }

  /** A star stands for one label, as in certificates. */
  private static boolean matches(String allowed, String host) {
    return allowed.startsWith("*.")
        ? host.substring(host.indexOf('.') + 1).equals(allowed.substring(2))
        : host.equals(allowed);
  }

  /** Resource of tokens for a vault. */
  static String resource(String host) {
    return "https://" + host.substring(host.indexOf('.') + 1);
  }
}
