package io.slipway.taskapi.source;

import io.slipway.taskapi.http.SignedLinks;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Locale;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Links that one source may be written to: a path in the style of blob storage, which is how the
 * CLI finds account and container in it, signed.
 */
@ApplicationScoped
public class UploadLinks {
  static final String ACCOUNT = "/slipwaysources.blob.local/";
  private static final String PURPOSE = "upload";

  private final SignedLinks links;
  private final String publicUrl;
  private final Duration life;

  UploadLinks(
      SignedLinks links,
      @ConfigProperty(name = "slipway.public-url") String publicUrl,
      @ConfigProperty(name = "slipway.source.link-life", defaultValue = "PT4H") Duration life) {
    this.links = links;
    this.publicUrl = publicUrl;
    this.life = life;
  }

  /** A new link to a source of a registry. */
  public String link(String registry, String relativePath) {
    return "%s%ssources-%s/%s?%s"
        .formatted(
            publicUrl,
            ACCOUNT,
            registry,
            relativePath,
            links.query(PURPOSE, "cw", life, lower(registry), relativePath));
  }

  /** Whether a link's signature is good for this source and has not expired. */
  boolean isGood(
      String registry, String relativePath, @Nullable String expires, @Nullable String signature) {
    return links.isGood(PURPOSE, expires, signature, lower(registry), relativePath);
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
