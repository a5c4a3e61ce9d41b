package io.slipway.taskapi.log;

import io.slipway.taskapi.http.ClientSecret;
import io.slipway.taskapi.http.Signature;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Links that open one log, for reading, until they expire: a path in the style of blob storage and
 * a signature over it. The key follows from this service's secret and is stored nowhere.
 */
@ApplicationScoped
public class LogLinks {
  private static final String VERSION = "1";

  private final ClientSecret secret;
  private final InstantSource clock;
  private final String publicUrl;
  private final Duration life;

  LogLinks(
      ClientSecret secret,
      InstantSource clock,
      @ConfigProperty(name = "slipway.public-url") String publicUrl,
      @ConfigProperty(name = "slipway.log.link-life", defaultValue = "PT12H") Duration life) {
    this.secret = secret;
    this.clock = clock;
    this.publicUrl = publicUrl;
    this.life = life;
  }

  /** A new link to the log of a run. */
  public String link(String registry, String runId) {
    long expires = clock.instant().plus(life).getEpochSecond();
    return "%s/slipwaylogs.blob.local/logs-%s/%s/rawtext.log?sv=%s&se=%d&sp=r&sig=%s"
        .formatted(
            publicUrl, registry, runId, VERSION, expires, signature(registry, runId, expires));
  }

  /** Whether a link's signature is good for this log and has not expired. */
  boolean isGood(
      String registry, String runId, @Nullable String expires, @Nullable String signature) {
    if (expires == null || signature == null) {
      return false;
    }
    long until;
    try {
      until = Long.parseLong(expires);
    } catch (NumberFormatException wrong) {
      return false;
    }
    boolean signed = Signature.isSame(signature, signature(registry, runId, until));
    return signed && clock.instant().getEpochSecond() < until;
  }

  private String signature(String registry, String runId, long expires) {
    return Signature.of(
        secret.derive("slipway log links"),
        VERSION,
        registry.toLowerCase(Locale.ROOT),
        runId.toLowerCase(Locale.ROOT),
        Long.toString(expires));
  }
}
