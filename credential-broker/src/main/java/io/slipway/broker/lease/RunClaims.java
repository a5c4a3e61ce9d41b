package io.slipway.broker.lease;

import io.slipway.broker.BrokerException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * What a verified run token says.
 *
 * @param token the token itself
 * @param subject which run, as people read it
 * @param runUid the run
 * @param attempt which attempt
 * @param agent who has it
 * @param bindingOwner whose bindings it may use
 * @param sourceOwner owner of the registry's own binding
 * @param expiresAt when the token ends
 */
public record RunClaims(
    String token,
    String subject,
    UUID runUid,
    int attempt,
    String agent,
    Optional<UUID> bindingOwner,
    Optional<UUID> sourceOwner,
    Instant expiresAt) {

  /**
   * Reads them.
   *
   * @throws BrokerException 401 if one is missing
   */
  public static RunClaims of(JsonWebToken token) {
    return new RunClaims(
        token.getRawToken(),
        String.valueOf(token.getSubject()),
        uuid(token, "run_uid").orElseThrow(() -> missing("run_uid")),
        attempt(token),
        text(token, "agent").orElseThrow(() -> missing("agent")),
        uuid(token, "binding_owner"),
        uuid(token, "source_owner"),
        Instant.ofEpochSecond(token.getExpirationTime()));
  }

  private static Optional<String> text(JsonWebToken token, String claim) {
    return Optional.ofNullable(token.<Object>getClaim(claim))
        .map(Object::toString)
        .filter(text -> !text.isBlank());
  }

  private static Optional<UUID> uuid(JsonWebToken token, String claim) {
    try {
      return text(token, claim).map(UUID::fromString);
    } catch (IllegalArgumentException none) {
      throw missing(claim);
    }
  }

  private static int attempt(JsonWebToken token) {
    try {
      return Integer.parseInt(text(token, "run_attempt").orElseThrow(() -> missing("run_attempt")));
    } catch (NumberFormatException none) {
      throw missing("run_attempt");
    }
  }

  private static BrokerException missing(String claim) {
    return BrokerException.invalidRunToken("The run token has no good claim " + claim + ".");
  }

  @Override
  public String toString() {
    return "RunClaims[run=" + runUid + ", attempt=" + attempt + ", agent=" + agent + "]";
  }
}
