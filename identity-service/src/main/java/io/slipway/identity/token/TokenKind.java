package io.slipway.identity.token;

/** Kinds of tokens ({@code docs/interfaces.md} section 1). */
public enum TokenKind {
  /** Opens ARM and Graph. */
  ARM("arm"),
  /** Opens internal endpoints. */
  SERVICE("slipway-internal"),
  /** Lets the broker ask for identities of a run. */
  ACT_AS("slipway-act-as"),
  /** Says who sends one event that asks for a run. */
  RUN_REQUEST("run-request"),
  /** Opens the exchange for a registry's refresh token, as an ARM token does, and nothing else. */
  REGISTRY_EXCHANGE("registry-exchange"),
  /** Opens key vaults of the configuration. */
  KEY_VAULT("key-vault"),
  /** Is exchanged for registry access tokens. */
  REGISTRY_REFRESH("registry-refresh"),
  /** Opens a registry. */
  REGISTRY_ACCESS("registry-access");

  private final String label;

  TokenKind(String label) {
    this.label = label;
  }

  /** Value of the metrics' label {@code audience}: login servers are too many to be one each. */
  public String label() {
    return label;
  }
}
