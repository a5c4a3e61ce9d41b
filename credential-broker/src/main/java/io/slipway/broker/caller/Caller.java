package io.slipway.broker.caller;

import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.RequestScoped;
import java.util.Objects;

/** Who calls, and the roles that endpoints may ask for. */
@RequestScoped
public class Caller {
  /** Who shows what looks like a run token; task-api says whether it is one. */
  public static final String RUN = "run";

  /** Task-api's service client. */
  public static final String TASK_API = "slipway-task-api";

  static final String RUN_TOKEN = "run-token";

  private final SecurityIdentity identity;

  Caller(SecurityIdentity identity) {
    this.identity = identity;
  }

  /** The run token that the caller showed, not checked. */
  public String runToken() {
    return Objects.requireNonNull(identity.<String>getAttribute(RUN_TOKEN));
  }
}
