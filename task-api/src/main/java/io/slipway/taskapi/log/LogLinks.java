package io.slipway.taskapi.log;

import io.slipway.taskapi.http.SignedLinks;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Links that open one log, for reading: a path in the style of blob storage, signed. The run is
 * named by its uid too, as {@code si}: a registry that is made again gives the same run ids.
 */
@ApplicationScoped
public class LogLinks {
  private static final String PURPOSE = "log";

  private final SignedLinks links;
  private final String publicUrl;
  private final Duration life;

  LogLinks(
      SignedLinks links,
      @ConfigProperty(name = "slipway.public-url") String publicUrl,
      @ConfigProperty(name = "slipway.log.link-life", defaultValue = "PT12H") Duration life) {
    this.links = links;
    this.publicUrl = publicUrl;
    this.life = life;
  }

  /** A new link to the log of a run. */
  public String link(String registry, String runId, UUID uid) {
    return "%s/slipwaylogs.blob.local/logs-%s/%s/rawtext.log?si=%s&%s"
        .formatted(
            publicUrl,
            registry,
            runId,
            uid,
            links.query(PURPOSE, "r", life, lower(registry), lower(runId), uid.toString()));
  }

  /** The run whose log a link opens; empty if its signature is not good, or it has expired. */
  public Optional<UUID> opened(
      String registry,
      String runId,
      @Nullable String uid,
      @Nullable String expires,
      @Nullable String signature) {
    return uid != null
            && links.isGood(PURPOSE, expires, signature, lower(registry), lower(runId), uid)
        ? Optional.of(UUID.fromString(uid))
        : Optional.empty();
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
