package io.slipway.broker.binding;

/** How a registry is logged in to. */
public enum BindingKind {
  /** With a token of a managed identity. */
  Identity,
  /** With a user name and password. */
  Opaque,
  /** With a user name and password that lie in a key vault. */
  VaultSecret
}
