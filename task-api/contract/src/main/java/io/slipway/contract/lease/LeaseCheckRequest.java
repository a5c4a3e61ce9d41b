package io.slipway.contract.lease;

import java.util.List;

/**
 * Asks which runs are held with these run tokens at this moment.
 *
 * @param tokens run tokens as agents showed them, at most 500; never logged
 */
public record LeaseCheckRequest(List<String> tokens) {
  @Override
  public String toString() { // without the tokens
    return "LeaseCheckRequest[" + (tokens == null ? 0 : tokens.size()) + "]";
  }
}
