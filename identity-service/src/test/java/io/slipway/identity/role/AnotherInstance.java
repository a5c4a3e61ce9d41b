package io.slipway.identity.role;

import io.slipway.identity.store.Transactions;

/** The part of a second instance of the service that knows the version of access. */
public final class AnotherInstance {
  private AnotherInstance() {}

  /** A version that was never asked for, in its own memory. */
  public static AccessVersion version(Transactions transactions) {
    return new AccessVersion(transactions, new BuiltInRoles());
  }
}
