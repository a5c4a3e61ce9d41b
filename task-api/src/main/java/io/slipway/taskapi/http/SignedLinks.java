package io.slipway.taskapi.http;

import io.slipway.identity.client.ClientSecret;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Queries that open one thing for one purpose until they expire, as those of blob storage: {@code
 * sv}, {@code se}, {@code sp} and a signature {@code sig}. The key of a purpose follows from this
 * service's secret and is stored nowhere.
 */
@ApplicationScoped
public class SignedLinks {
  private static final String VERSION = "1";

  private final ClientSecret secret;
  private final InstantSource clock;

  SignedLinks(ClientSecret secret, InstantSource clock) {
    this.secret = secret;
    this.clock = clock;
  }

  /**
   * The query of a new link.
   *
   * @param rights letters of {@code sp}, which only tell a reader what the purpose is
   * @param subject what it opens; no part may hold a line break
   */
  public String query(String purpose, String rights, Duration life, String... subject) {
    long expires = clock.instant().plus(life).getEpochSecond();
    return "sv=%s&se=%d&sp=%s&sig=%s"
        .formatted(VERSION, expires, rights, signature(purpose, expires, subject));
  }

  /** Whether a link's signature is good for this purpose and subject, and has not expired. */
  public boolean isGood(
      String purpose, @Nullable String expires, @Nullable String signature, String... subject) {
    if (expires == null || signature == null) {
      return false;
    }
    long until;
    try {
      until = Long.parseLong(expires);
    } catch (NumberFormatException wrong) {
      return false;
    }
    return Signature.isSame(signature, signature(purpose, until, subject))
        && clock.instant().getEpochSecond() < until;
  }

  private String signature(String purpose, long expires, String... subject) {
    return Signature.of(
        secret.derive("slipway " + purpose + " links"),
        VERSION,
        String.join("\n", subject),
        Long.toString(expires));
  }
}
