package io.slipway.taskapi.access;

import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.RequestScoped;
import java.util.Objects;

/** Who calls, and the roles that endpoints may ask for. */
@RequestScoped
public class Caller {
  /** Role of who shows an ARM token. */
  public static final String ARM = "arm";

  /** Role of the run agents' service client. */
  public static final String AGENT = "slipway-run-agent";

  /** Role of credential-broker. */
  public static final String BROKER = "slipway-credential-broker";

  /** Role of the registry service. */
  public static final String REGISTRY = "slipway-registry";

  static final String PRINCIPAL_ID = "oid";

  private final SecurityIdentity identity;

  Caller(SecurityIdentity identity) {
    this.identity = identity;
  }

  /** Principal id of who shows an ARM token. */
  public String principalId() {
    return Objects.requireNonNull(identity.<String>getAttribute(PRINCIPAL_ID));
  }
}
