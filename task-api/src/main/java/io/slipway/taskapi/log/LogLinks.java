package io.slipway.taskapi.log;

import io.slipway.taskapi.http.ClientSecret;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
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
    boolean signed =
        MessageDigest.isEqual(
            signature.getBytes(StandardCharsets.UTF_8),
            signature(registry, runId, until).getBytes(StandardCharsets.UTF_8));
    return signed && clock.instant().getEpochSecond() < until;
  }

  private String signature(String registry, String runId, long expires) {
    String signed =
        String.join(
            "\n",
            VERSION,
            registry.toLowerCase(Locale.ROOT),
            runId.toLowerCase(Locale.ROOT),
            Long.toString(expires));
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.derive("slipway log links"), "HmacSHA256"));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("HmacSHA256 is missing", impossible);
    }
  }
}
