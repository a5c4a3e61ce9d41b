package io.slipway.identity.settings;

import io.slipway.identity.client.Audience;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Configuration of the service; the keys are listed in its README. */
@ApplicationScoped
public class Settings {
  private final String issuer;
  private final String armResource;
  private final String tenantId;
  private final String subscriptionId;
  private final Path clientsDir;
  private final Path keysetFile;
  private final Duration keyRotateAfter;
  private final Duration keyActivationDelay;
  private final Set<String> vaultResources;

  Settings(
      @ConfigProperty(name = "slipway.issuer") String issuer,
      @ConfigProperty(name = "slipway.arm-resource") String armResource,
      @ConfigProperty(name = "slipway.tenant-id") String tenantId,
      @ConfigProperty(name = "slipway.subscription-id") String subscriptionId,
      @ConfigProperty(name = "slipway.identity.clients-dir") Path clientsDir,
      @ConfigProperty(name = "slipway.identity.keyset-file") Path keysetFile,
      @ConfigProperty(name = "slipway.identity.key-rotate-after") Duration keyRotateAfter,
      @ConfigProperty(name = "slipway.identity.key-activation-delay") Duration activationDelay,
      @ConfigProperty(name = "slipway.identity.vault-resources")
          Optional<List<String>> vaultResources) {
    this.issuer = issuer;
    this.armResource = armResource;
    this.tenantId = tenantId;
    this.subscriptionId = subscriptionId;
    this.clientsDir = clientsDir;
    this.keysetFile = keysetFile;
    this.keyRotateAfter = keyRotateAfter;
    this.keyActivationDelay = activationDelay;
    this.vaultResources = Set.copyOf(vaultResources.orElse(List.of()));
    if (this.vaultResources.stream().anyMatch(resource -> !resource.startsWith("https://"))) {
      // Our own audiences must not be among them.
      throw new IllegalArgumentException(
          "slipway.identity.vault-resources: " + this.vaultResources + " must begin with https://");
    }
    if (this.vaultResources.stream()
        .anyMatch(resource -> Audience.same(resource, Audience.REGISTRY_EXCHANGE))) {
      throw new IllegalArgumentException(
          "slipway.identity.vault-resources: "
              + Audience.REGISTRY_EXCHANGE
              + " is not a key vault; its tokens open registries");
    }
  }

  /** Issuer of all tokens, for example {@code https://localhost:8443/adfs}. */
  public String issuer() {
    return issuer;
  }

  /** Audience of ARM tokens, for example {@code https://localhost:8443/}. */
  public String armResource() {
    return armResource;
  }

  /** The one tenant. */
  public String tenantId() {
    return tenantId;
  }

  /** The one subscription. */
  public String subscriptionId() {
    return subscriptionId;
  }

  /** Folder of the service clients' secrets, {@code <client id>.secret}. */
  public Path clientsDir() {
    return clientsDir;
  }

  /** Tink keyset that encrypts the signing keys. */
  public Path keysetFile() {
    return keysetFile;
  }

  /** Age at which a signing key is replaced. */
  public Duration keyRotateAfter() {
    return keyRotateAfter;
  }

  /** How long a new signing key is published before it signs. */
  public Duration keyActivationDelay() {
    return keyActivationDelay;
  }

  /** Resources of key vaults that identities of runs get tokens for; none by default. */
  public Set<String> vaultResources() {
    return vaultResources;
  }
}
