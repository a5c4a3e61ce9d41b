package io.slipway.contract.lease;

/**
 * Answer to an {@link ActAsRequest} of a run that is held now.
 *
 * @param grant signed by identity-service, to be shown there; never logged
 */
public record ActAsAnswer(String grant) {
  @Override
  public String toString() { // without the grant
    return "ActAsAnswer[]";
  }
}
