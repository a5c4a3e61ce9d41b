package io.slipway.broker.lease;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A credential, lent for minutes.
 *
 * @param loginServer where it opens
 * @param username user name
 * @param password password or token
 * @param granted for what it is good
 * @param expiresAt when it must not be used any more
 * @param vault which of the two is the address of a key vault's secret, or null if none is
 */
record CredentialLease(
    String loginServer,
    String username,
    String password,
    List<String> granted,
    Instant expiresAt,
    @Nullable InVault vault) {

  /**
   * Values that the agent reads from a key vault.
   *
   * @param username whether the user name is an address
   * @param password whether the password is an address
   * @param clientId who reads them, for {@code POST /vault-tokens}; null for the run's own identity
   */
  record InVault(boolean username, boolean password, @Nullable String clientId) {}

  @Override
  public String toString() {
    return "CredentialLease[" + loginServer + ", granted=" + granted + "]";
  }
}
