package io.slipway.broker.lease;

import io.slipway.broker.BrokerException;
import io.slipway.broker.caller.Caller;
import io.slipway.identity.client.jwt.VerifiedToken;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

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
  public static RunClaims of(Caller.Shown shown) {
    VerifiedToken token = shown.token();
    return new RunClaims(
        shown.text(),
        token.subject(),
        uuid(token, "run_uid").orElseThrow(() -> missing("run_uid")),
        attempt(token),
        text(token, "agent").orElseThrow(() -> missing("agent")),
        uuid(token, "binding_owner"),
        uuid(token, "source_owner"),
        token.expiresAt());
  }

  private static Optional<String> text(VerifiedToken token, String claim) {
    return Optional.ofNullable(token.claims().get(claim))
        .map(Object::toString)
        .filter(text -> !text.isBlank());
  }

  private static Optional<UUID> uuid(VerifiedToken token, String claim) {
    try {
      return text(token, claim).map(UUID::fromString);
    } catch (IllegalArgumentException none) {
      throw missing(claim);
    }
  }

  private static int attempt(VerifiedToken token) {
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
