package io.slipway.identity.attestation;

import io.slipway.identity.arm.ArmException;
import io.slipway.identity.caller.Caller;
import io.slipway.identity.token.AttestationKeys;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Signs what task-api says of images that runs pushed, and publishes the keys to check it with.
 *
 * @see <a href="https://github.com/secure-systems-lab/dsse/blob/master/protocol.md">DSSE</a>
 */
@Path("/")
class AttestationResource {
  private static final int LARGEST = 768 * 1024;
  private static final Base64.Encoder PEM =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private final AttestationKeys keys;

  AttestationResource(AttestationKeys keys) {
    this.keys = keys;
  }

  /**
   * An in-toto statement.
   *
   * @param statement its bytes in base64
   */
  record Wanted(@Nullable String statement) {}

  /** The signature of a DSSE envelope, in base64. */
  record Answer(String keyid, String sig) {}

  /** Signs a statement as the payload of an envelope; nothing else can be signed. */
  @POST
  @Path("internal/attestations")
  @RolesAllowed(Caller.TASK_API)
  public Uni<Answer> sign(@Nullable Wanted wanted) {
    byte[] statement = statement(wanted == null ? null : wanted.statement());
    return keys.sign(DsseMessage.of(DsseMessage.IN_TOTO, statement))
        .map(signed ->
            new Answer(signed.keyId(), Base64.getEncoder().encodeToString(signed.signature())));
  }

  /** The public keys, the newest first. */
  @GET
  @Path("oauth2/attestation-keys")
  @PermitAll
  @Produces("application/x-pem-file")
  public Uni<String> published() {
    return keys.published()
        .map(all ->
            all.stream()
                .map(key ->
                    "-----BEGIN PUBLIC KEY-----\n"
                        + PEM.encodeToString(key.getEncoded())
                        + "\n-----END PUBLIC KEY-----\n")
                .collect(Collectors.joining()));
  }

  private static byte[] statement(@Nullable String text) {
    if (text != null && !text.isEmpty() && text.length() <= LARGEST) {
      try {
        return Base64.getDecoder().decode(text);
      } catch (IllegalArgumentException other) {
        // refused below
      }
    }
    throw ArmException.invalid(
        "InvalidRequest",
        "statement must be the bytes of a statement in base64, at most %d characters."
            .formatted(LARGEST));
  }
}
