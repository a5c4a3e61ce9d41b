package io.slipway.broker.caller;

import io.quarkus.security.identity.SecurityIdentity;
import io.slipway.identity.client.jwt.VerifiedToken;
import jakarta.enterprise.context.RequestScoped;
import java.util.Objects;

/** Who calls, and the roles that endpoints may ask for. */
@RequestScoped
public class Caller {
  /** Who shows a run token. */
  public static final String RUN = "run";

  /** Task-api's service client. */
  public static final String TASK_API = "slipway-task-api";

  static final String TOKEN = "token";

  private final SecurityIdentity identity;

  Caller(SecurityIdentity identity) {
    this.identity = identity;
  }

  /**
   * A token that somebody showed.
   *
   * @param text the token itself
   * @param token what it says
   */
  public record Shown(String text, VerifiedToken token) {
    @Override
    public String toString() {
      return token.toString();
    }
  }

  /** What the caller showed. */
  public Shown shown() {
    return Objects.requireNonNull(identity.<Shown>getAttribute(TOKEN));
  }
}
