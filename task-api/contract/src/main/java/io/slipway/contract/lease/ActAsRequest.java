package io.slipway.contract.lease;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a grant with which identity-service lets the bearer act as what the run may act as, for
 * one purpose: brokers of earlier versions name none, and get all.
 *
 * @param runToken run token as the agent showed it; never logged
 * @param principal the one that is to be acted as at a registry, or null
 * @param vault whether it is for a key vault, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ActAsRequest(String runToken, @Nullable String principal, @Nullable Boolean vault) {
  @Override
  public String toString() { // without the token
    return "ActAsRequest[" + principal + ", " + vault + "]";
  }
}
