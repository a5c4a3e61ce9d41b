package io.slipway.taskapi.log;

import io.slipway.taskapi.http.SignedLinks;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Locale;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Links that open one log, for reading: a path in the style of blob storage, signed. */
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
  public String link(String registry, String runId) {
    return "%s/slipwaylogs.blob.local/logs-%s/%s/rawtext.log?%s"
        .formatted(
            publicUrl,
            registry,
            runId,
            links.query(PURPOSE, "r", life, lower(registry), lower(runId)));
  }

  /** Whether a link's signature is good for this log and has not expired. */
  public boolean isGood(
      String registry, String runId, @Nullable String expires, @Nullable String signature) {
    return links.isGood(PURPOSE, expires, signature, lower(registry), lower(runId));
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
