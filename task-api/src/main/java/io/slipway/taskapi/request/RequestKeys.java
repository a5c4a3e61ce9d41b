package io.slipway.taskapi.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.http.ClientSecret;
import io.slipway.taskapi.http.Signature;
import io.slipway.taskapi.run.ScheduleRun;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/**
 * What makes repeated requests of a caller one. Of the request a keyed digest is kept: it may hold
 * secrets, which a plain digest would let one guess at.
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
      String principal, @Nullable String key, JsonNode body) {
    if (key == null || key.isBlank()) {
      return null;
    }
    if (key.length() > LONGEST_KEY) {
      throw ArmException.invalid("Idempotency-Key has more than " + LONGEST_KEY + " characters.");
    }
    return new ScheduleRun.Idempotency(
        "call:" + principal + ":" + key,
        Signature.of(secret.derive("slipway request digests"), body.toString()));
  }
}
