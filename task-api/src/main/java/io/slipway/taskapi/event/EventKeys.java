package io.slipway.taskapi.event;

import io.slipway.contract.EventSignature;
import io.slipway.contract.RunRef;
import io.slipway.identity.client.ClientSecret;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys with which agents sign the events of an attempt. A key follows from this service's
 * secret and the attempt, which is of one lease alone; so it is stored nowhere, and no row is read
 * to check a signature.
 */
@ApplicationScoped
public class EventKeys {
  private static final String PURPOSE = "slipway keys of events";
  private static final String ALGORITHM = "HmacSHA256";

  private final ClientSecret secret;

  EventKeys(ClientSecret secret) {
    this.secret = secret;
  }

  /** The key of an attempt, as the agent is told it. */
  public String text(UUID run, int attempt) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(key(run, attempt));
  }

  /** Whether a record was signed by who has the key of the attempt that it is about. */
  boolean isSigned(
      RunRef run, String recordKey, Map<String, String> headers, byte[] data, String signature) {
    byte[] key = key(run.runUid(), run.attempt());
    return EventSignature.isSame(signature, EventSignature.of(key, recordKey, headers, data));
  }

  private byte[] key(UUID run, int attempt) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.derive(PURPOSE), ALGORITHM));
      return mac.doFinal((run + "\n" + attempt).getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException impossible) { // every Java platform has it
      throw new IllegalStateException(impossible);
    }
  }
}
