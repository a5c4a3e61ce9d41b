package io.slipway.broker.lease;

import java.time.Instant;
import java.util.List;

/**
 * A credential on loan.
 *
 * @param loginServer where it opens
 * @param username user name
 * @param password password or token
 * @param granted for what it is good
 * @param expiresAt when it must not be used any more
 */
record CredentialLease(
    String loginServer, String username, String password, List<String> granted, Instant expiresAt) {
  @Override
  public String toString() {
    return "CredentialLease[" + loginServer + ", granted=" + granted + "]";
  }
}
