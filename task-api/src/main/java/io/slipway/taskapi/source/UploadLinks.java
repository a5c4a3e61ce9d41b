package io.slipway.taskapi.source;

import io.slipway.taskapi.http.ClientSecret;
import io.slipway.taskapi.http.Signature;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Links that one source may be written to until they expire: a path in the style of blob storage,
 * which is how the CLI finds account and container in it, and a signature over it.
 */
@ApplicationScoped
class UploadLinks {
  static final String ACCOUNT = "/slipwaysources.blob.local/";
  private static final String VERSION = "1";

  private final ClientSecret secret;
  private final InstantSource clock;
  private final String publicUrl;
  private final Duration life;

  UploadLinks(
      ClientSecret secret,
      InstantSource clock,
      @ConfigProperty(name = "slipway.public-url") String publicUrl,
      @ConfigProperty(name = "slipway.source.link-life", defaultValue = "PT4H") Duration life) {
    this.secret = secret;
    this.clock = clock;
    this.publicUrl = publicUrl;
    this.life = life;
  }

  /** A new link to a source of a registry. */
  String link(String registry, String relativePath) {
    long expires = clock.instant().plus(life).getEpochSecond();
    return "%s%ssources-%s/%s?sv=%s&se=%d&sp=cw&sig=%s"
        .formatted(
            publicUrl,
            ACCOUNT,
            registry,
            relativePath,
            VERSION,
            expires,
            signature(registry, relativePath, expires));
  }

  /** Whether a link's signature is good for this source and has not expired. */
  boolean isGood(
      String registry, String relativePath, @Nullable String expires, @Nullable String signature) {
    if (expires == null || signature == null) {
      return false;
    }
    long until;
    try {
      until = Long.parseLong(expires);
    } catch (NumberFormatException wrong) {
      return false;
    }
    return Signature.isSame(signature, signature(registry, relativePath, until))
        && clock.instant().getEpochSecond() < until;
  }

  private String signature(String registry, String relativePath, long expires) {
    return Signature.of(
        secret.derive("slipway upload links"),
        VERSION,
        registry.toLowerCase(Locale.ROOT),
        relativePath,
        Long.toString(expires));
  }
}
