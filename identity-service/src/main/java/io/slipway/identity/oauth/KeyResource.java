package io.slipway.identity.oauth;

import io.slipway.identity.arm.ArmException;
import io.slipway.identity.caller.Caller;
import io.slipway.identity.settings.Settings;
import io.slipway.identity.token.SigningKey;
import io.slipway.identity.token.SigningKeys;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** The public half of the signing keys, and the call that rotates them. */
@Path("/")
class KeyResource {
  private static final Base64.Encoder PEM =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private final SigningKeys keys;
  private final Settings settings;

  KeyResource(SigningKeys keys, Settings settings) {
    this.keys = keys;
    this.settings = settings;
  }

  @GET
  @PermitAll
  @Path("{tenant: adfs|[0-9a-fA-F-]+}/discovery/{version: (v2\\.0/)?}keys")
  public Map<String, List<Map<String, Object>>> keys() {
    return Map.of("keys", keys.published().stream().map(KeyResource::jwk).toList());
  }

  /** For registries' {@code rootcertbundle}. */
  @GET
  @PermitAll
  @Path("oauth2/certificates")
  @Produces("application/x-pem-file")
  public String certificates() {
    return keys.published().stream().map(KeyResource::pem).collect(Collectors.joining());
  }

  record Rotation(@Nullable Long activateAfterSeconds, boolean revoke) {}

  record Rotated(List<String> keys) {}

  /**
   * Makes a new key. Without {@code activateAfterSeconds} it is published for a while before it
   * signs, so that nobody is refused; 0 makes it sign at once. {@code revoke} does, too, and
   * withdraws all keys of before, for one that leaked: all clients have to log in again.
   */
  @POST
  @Path("internal/signing-keys")
  @RolesAllowed(Caller.ADMINISTRATOR)
  @Produces(MediaType.APPLICATION_JSON)
  public Uni<Rotated> rotate(@Nullable Rotation rotation) {
    Long seconds = rotation == null ? null : rotation.activateAfterSeconds();
    if (seconds != null && (seconds < 0 || seconds > Duration.ofDays(1).toSeconds())) {
      throw ArmException.invalid(
          "InvalidRequest", "activateAfterSeconds must be between 0 and 86400.");
    }
    if (rotation != null && rotation.revoke()) {
      if (seconds != null) {
        throw ArmException.invalid(
            "InvalidRequest", "activateAfterSeconds and revoke exclude one another.");
      }
      return keys.revokeAll().map(done -> rotated());
    }
    Duration delay = seconds == null ? settings.keyActivationDelay() : Duration.ofSeconds(seconds);
    return keys.rotateNow(delay).map(done -> rotated());
  }

  private Rotated rotated() {
    return new Rotated(keys.published().stream().map(key -> key.times().kid()).toList());
  }

  private static Map<String, Object> jwk(SigningKey key) {
    try {
      JsonWebKey jwk = JsonWebKey.Factory.newJwk(key.publicKey());
      jwk.setKeyId(key.times().kid());
      jwk.setUse("sig");
      jwk.setAlgorithm(key.algorithm().name());
      return jwk.toParams(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
    } catch (JoseException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String pem(SigningKey key) {
    return "-----BEGIN CERTIFICATE-----\n"
        + PEM.encodeToString(key.certificate())
        + "\n-----END CERTIFICATE-----\n";
  }
}
