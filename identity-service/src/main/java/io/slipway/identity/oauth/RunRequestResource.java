package io.slipway.identity.oauth;

import com.google.re2j.Pattern;
import io.slipway.identity.arm.ArmException;
import io.slipway.identity.caller.Caller;
import io.slipway.identity.client.Audience;
import io.slipway.identity.token.IssuedToken;
import io.slipway.identity.token.TokenIssuer;
import io.slipway.identity.token.TokenKind;
import io.slipway.identity.token.TokenLife;
import io.slipway.identity.token.TokenRequest;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /oauth2/run-requests}: says about events that ask for runs that the caller sends
 * them. An assertion is of one event, by its digest, and opens nothing: it may stand on Kafka,
 * where a token of the caller's would be a secret. What the caller may do is decided by who reads
 * the event.
 */
@Path("/oauth2/run-requests")
class RunRequestResource {
  private static final Logger AUDIT = Logger.getLogger("io.slipway.identity.audit");
  private static final int MOST = 100;

  /** SHA-256 in base64url. */
  private static final Pattern DIGEST = Pattern.compile("[A-Za-z0-9_-]{43}");

  private final TokenIssuer issuer;
  private final Caller caller;

  RunRequestResource(TokenIssuer issuer, Caller caller) {
    this.issuer = issuer;
    this.caller = caller;
  }

  record Wanted(@Nullable List<@Nullable String> digests) {}

  record Answer(List<String> assertions, Instant expiresAt) {
    @Override
    public String toString() {
      return "Answer[expiresAt=" + expiresAt + "]";
    }
  }

  /** One assertion for each digest, in their order. */
  @POST
  @RolesAllowed(Caller.ARM)
  public Uni<Answer> issue(@Nullable Wanted wanted) {
    List<@Nullable String> digests =
        wanted == null || wanted.digests() == null ? List.of() : wanted.digests();
    if (digests.isEmpty() || digests.size() > MOST) {
      throw ArmException.invalid(
          "InvalidRequest", "digests must be a list of 1 to " + MOST + " digests of events.");
    }
    String principal = caller.principalId().toString();
    List<TokenRequest> requests =
        digests.stream().map(digest -> request(principal, digest)).toList();
    return issuer
        .issueAll(requests)
        .invoke(issued ->
            AUDIT.infof(
                "action=assert-run-requests principal=%s number=%d result=issued",
                principal, issued.size()))
        .map(issued ->
            new Answer(
                issued.stream().map(IssuedToken::token).toList(), issued.getFirst().expiresAt()));
  }

  private static TokenRequest request(String principal, @Nullable String digest) {
    if (digest == null || !DIGEST.matches(digest)) {
      throw ArmException.invalid(
          "InvalidRequest",
          "A digest must be SHA-256 in base64url without padding, 43 characters.");
    }
    return new TokenRequest(
        TokenKind.RUN_REQUEST,
        Audience.RUN_REQUEST,
        principal,
        TokenLife.RUN_REQUEST,
        Map.of("oid", principal, "event", digest));
  }
}
