package io.slipway.taskapi.agent;

import io.smallrye.jwt.auth.principal.JWTParser;
import io.smallrye.jwt.auth.principal.ParseException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/** Reads run tokens that agents present beside their own; one that is not valid is empty. */
@ApplicationScoped
class RunTokenCheck {
  private static final String AUDIENCE = "slipway-run";

  private final JWTParser parser;

  RunTokenCheck(JWTParser parser) {
    this.parser = parser;
  }

  /** Claims of a run token. */
  record Shown(UUID runUid, int attempt, String agent) {}

  /** Verifies signature, issuer, times and audience; keys may have to be fetched, which blocks. */
  Uni<Optional<Shown>> check(@Nullable String token) {
    return token == null || token.isBlank()
        ? Uni.createFrom().item(Optional.empty())
        : Uni.createFrom()
            .item(() -> verified(token))
            .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
  }

  private Optional<Shown> verified(String token) {
    try {
      JsonWebToken verified = parser.parse(token);
      if (!Set.of(AUDIENCE).equals(verified.getAudience())) {
        return Optional.empty();
      }
      return Optional.of(
          new Shown(
              UUID.fromString(text(verified, "run_uid")),
              Integer.parseInt(text(verified, "run_attempt")),
              text(verified, "agent")));
    } catch (ParseException | IllegalArgumentException bad) {
      return Optional.empty();
    }
  }

  private static String text(JsonWebToken token, String claim) {
    return String.valueOf(token.<Object>getClaim(claim));
  }
}
