package io.slipway.broker.registry;

import io.slipway.broker.rule.LoginServer;
import io.slipway.broker.rule.TokenEndpoint;
import io.slipway.identity.client.egress.EgressPolicy;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Which registries may be spoken with how. */
@ApplicationScoped
public class RegistryConfig {
  private final Set<String> insecure;
  private final Set<String> realms;
  private final String issuerAuthority;
  private final String identityUrl;
  private final EgressPolicy egress;

  RegistryConfig(
      @ConfigProperty(name = "slipway.issuer") URI issuer,
      @ConfigProperty(name = "slipway.identity-url") String identityUrl,
      @ConfigProperty(name = "slipway.broker.trusted-realms") Optional<List<String>> trusted,
      @ConfigProperty(name = "slipway.broker.insecure-registries") Optional<List<String>> insecure,
      @ConfigProperty(name = "slipway.broker.open-networks") Optional<List<String>> open) {
    this.issuerAuthority = issuer.getRawAuthority().toLowerCase(Locale.ROOT);
    this.identityUrl = identityUrl;
    this.insecure = lowerCase(insecure.orElse(List.of()));
    Set<String> all = new HashSet<>(lowerCase(trusted.orElse(List.of())));
    all.add(issuerAuthority);
    this.realms = Set.copyOf(all);
    List<String> opened = new ArrayList<>(open.orElse(List.of()));
    // These are named in full by who runs this service.
    this.insecure.forEach(authority -> opened.add(withPort(authority, 80)));
    trusted.orElse(List.of()).forEach(authority -> opened.add(withPort(authority.strip(), 443)));
    this.egress = EgressPolicy.of("slipway.broker.open-networks", opened);
  }

  private static String withPort(String authority, int usual) {
    int colon = authority.lastIndexOf(':');
    return colon > authority.lastIndexOf(']') ? authority : authority + ":" + usual;
  }

  /** Which addresses of registries may be connected to. */
  public EgressPolicy egress() {
    return egress;
  }

  private static Set<String> lowerCase(List<String> authorities) {
    return authorities.stream()
        .map(text -> text.strip().toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }

  TokenEndpoint.Trust trust() {
    return new TokenEndpoint.Trust(realms, insecure);
  }

  /** Address of a registry; http only for those that are listed. */
  String address(LoginServer server) {
    return (insecure.contains(server.key()) ? "http://" : "https://") + server.key();
  }

  /** Whether a secret may be sent there: over TLS, or to one that may be spoken with without. */
  public boolean mayCarrySecret(URI address) {
    String authority = String.valueOf(address.getRawAuthority()).toLowerCase(Locale.ROOT);
    return "https".equalsIgnoreCase(address.getScheme())
        || ("http".equalsIgnoreCase(address.getScheme()) && insecure.contains(authority));
  }

  /** Whether the registry's token endpoint is the platform's own. */
  boolean isOwn(TokenEndpoint endpoint) {
    return endpoint.authority().equals(issuerAuthority);
  }

  /** Where an address of the platform's own token endpoint is called, without the front door. */
  String direct(String url) {
    return identityUrl + URI.create(url).getRawPath();
  }

  /**
   * Whether what the token endpoint says about rights may be shown to people, who run the commands
   * of such a message: a registry that is its own issuer says what it likes.
   */
  boolean isTrusted(TokenEndpoint endpoint) {
    return realms.contains(endpoint.authority());
  }
}
