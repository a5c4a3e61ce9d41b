package io.slipway.identity.oauth;

import io.slipway.identity.arm.ArmException;
import io.slipway.identity.caller.Caller;
import io.slipway.identity.client.Audience;
import io.slipway.identity.token.TokenIssuer;
import io.slipway.identity.token.TokenKind;
import io.slipway.identity.token.TokenLife;
import io.slipway.identity.token.TokenRequest;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code POST /internal/run-tokens}: a token for one attempt of a run. */
@Path("/internal/run-tokens")
class RunTokenResource {
  private static final int LONGEST_TEXT = 1024;
  private static final int MOST_PRINCIPALS = 100;

  private final TokenIssuer issuer;

  RunTokenResource(TokenIssuer issuer) {
    this.issuer = issuer;
  }

  record Wanted(
      @Nullable String subject,
      @Nullable UUID runUid,
      int attempt,
      @Nullable String agent,
      @Nullable UUID bindingOwner,
      @Nullable UUID sourceOwner,
      @Nullable List<UUID> mayActAs) {}

  record Answer(String token, Instant expiresAt) {
    @Override
    public String toString() {
      return "Answer[expiresAt=" + expiresAt + "]";
    }
  }

  @POST
  @RolesAllowed(Caller.TASK_API)
  public Uni<Answer> issue(@Nullable Wanted wanted) {
    if (wanted == null || wanted.runUid() == null || wanted.attempt() < 1) {
      throw invalid("runUid and attempt are needed");
    }
    String subject = text(wanted.subject(), "subject");
    String agent = text(wanted.agent(), "agent");
    List<UUID> principals = wanted.mayActAs() == null ? List.of() : wanted.mayActAs();
    if (principals.size() > MOST_PRINCIPALS) {
      throw invalid("mayActAs has too many principals");
    }
    Map<String, Object> claims = new HashMap<>();
    claims.put("run_uid", wanted.runUid().toString());
    claims.put("run_attempt", wanted.attempt());
    claims.put("agent", agent);
    claims.put("may_act_as", principals.stream().map(UUID::toString).toList());
    put(claims, "binding_owner", wanted.bindingOwner());
    put(claims, "source_owner", wanted.sourceOwner());
    return issuer
        .issue(new TokenRequest(TokenKind.RUN, Audience.RUN, subject, TokenLife.RUN, claims))
        .map(token -> new Answer(token.token(), token.expiresAt()));
  }

  private static void put(Map<String, Object> claims, String name, @Nullable UUID value) {
    if (value != null) {
      claims.put(name, value.toString());
    }
  }

  private static String text(@Nullable String text, String name) {
    if (text == null || text.isBlank() || text.length() > LONGEST_TEXT) {
      throw invalid(name + " is needed, with at most " + LONGEST_TEXT + " characters");
    }
    return text;
  }

  private static ArmException invalid(String what) {
    return ArmException.invalid("InvalidRequest", what + ".");
  }
}
