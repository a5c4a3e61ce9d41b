package io.slipway.identity.caller;

import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.RequestScoped;
import java.util.Objects;
import java.util.UUID;

/** Who calls, and the roles that endpoints may ask for. */
@RequestScoped
public class Caller {
  /** Role of whoever shows an ARM token. */
  public static final String ARM = "arm";

  /** Role of task-api's service client. */
  public static final String TASK_API = "slipway-task-api";

  /** Role of credential-broker's service client. */
  public static final String BROKER = "slipway-credential-broker";

  /** Role of the administrator's service token. */
  public static final String ADMINISTRATOR = "slipway-administrator";

  static final String PRINCIPAL_ID = "oid";

  private final SecurityIdentity identity;

  Caller(SecurityIdentity identity) {
    this.identity = identity;
  }

  /** Principal id of the caller. */
  public UUID principalId() {
    return Objects.requireNonNull(identity.<UUID>getAttribute(PRINCIPAL_ID));
  }
}
