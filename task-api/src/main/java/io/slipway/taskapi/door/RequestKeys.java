package io.slipway.taskapi.door;

import io.slipway.identity.client.ClientSecret;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.http.Signature;
import io.slipway.taskapi.run.ScheduleRun;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/**
 * Makes repeated requests of a caller one. Of the request only a keyed digest is kept: it may hold
 * secrets, which could be guessed from a plain digest.
 */
@ApplicationScoped
class RequestKeys {
  private static final int LONGEST_KEY = 200;

  private final ClientSecret secret;

  RequestKeys(ClientSecret secret) {
    this.secret = secret;
  }

  /** Null without a key; fails with 400 for one that is too long. */
  ScheduleRun.@Nullable Idempotency idempotency(
      String principal, @Nullable String key, String body) {
    if (key == null || key.isBlank()) {
      return null;
    }
    if (key.length() > LONGEST_KEY) {
      throw ArmException.invalid("Idempotency-Key has more than " + LONGEST_KEY + " characters.");
    }
    return new ScheduleRun.Idempotency(
        "call:" + principal + ":" + key,
        Signature.of(secret.derive("slipway request digests"), body));
  }
}
