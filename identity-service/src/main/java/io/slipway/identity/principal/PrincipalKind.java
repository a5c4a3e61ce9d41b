package io.slipway.identity.principal;

public enum PrincipalKind {
  /** A service or a person's command line, with a secret. */
  ServiceClient,
  /** A managed identity with a life of its own. */
  UserAssigned,
  /** A managed identity that lives with its resource. */
  SystemAssigned
}
