package io.slipway.identity.registry;

import io.slipway.identity.client.jwt.VerifiedToken;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * In whose name a token was taken, and for which run. What is made from a token has its bond.
 *
 * @param actor who took it in the principal's name (RFC 8693, {@code act}); null if the principal
 *     did itself
 * @param run the run that it is for; null if it is for none
 */
record Bond(@Nullable String actor, @Nullable Run run) {
  static final Bond NONE = new Bond(null, null);

  /**
   * An attempt of a run.
   *
   * @param at when it was known to go on, in seconds since 1970
   */
  record Run(String uid, int attempt, long at) {}

  static Bond read(VerifiedToken token) {
    Object act = token.claims().get("act");
    String actor = act instanceof Map<?, ?> who ? String.valueOf(who.get("sub")) : null;
    String uid = token.text("run_uid").orElse(null);
    return act == null && uid == null
        ? NONE
        : new Bond(
            act != null && actor == null ? "?" : actor,
            uid == null
                ? null
                : new Run(
                    uid,
                    (int) number(token.claims().get("run_attempt")),
                    number(token.claims().get("run_at"))));
  }

  private static long number(@Nullable Object claim) {
    return claim instanceof Number number ? number.longValue() : 0;
  }

  /** Whether somebody else took the token in the principal's name. */
  boolean isLent() {
    return actor != null;
  }

  /** The same for a run. */
  Bond with(Run run) {
    return new Bond(actor, run);
  }

  /** The same for whatever run it will be used for: exchanges are shared by runs. */
  Bond withoutRun() {
    return new Bond(actor, null);
  }

  /** As claims of a token. */
  Map<String, Object> claims() {
    Map<String, Object> claims = new HashMap<>();
    if (actor != null) {
      claims.put("act", Map.of("sub", actor));
    }
    if (run != null) {
      claims.put("run_uid", run.uid());
      claims.put("run_attempt", run.attempt());
      claims.put("run_at", run.at());
    }
    return claims;
  }
}
