package io.slipway.contract.lease;

/**
 * Asks for a grant with which identity-service lets the bearer act as what the run may act as.
 *
 * @param runToken run token as the agent showed it; never logged
 */
public record ActAsRequest(String runToken) {
  @Override
  public String toString() { // without the token
    return "ActAsRequest[]";
  }
}
