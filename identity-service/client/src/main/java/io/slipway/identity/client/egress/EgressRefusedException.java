package io.slipway.identity.client.egress;

import java.net.NoRouteToHostException;

/**
 * An {@link EgressPolicy} refuses an address; the message is for its user. As with any address that
 * leads nowhere, the next address of a host may be tried.
 */
public final class EgressRefusedException extends NoRouteToHostException {
  private static final long serialVersionUID = 1L;

  EgressRefusedException(String message) {
    super(message);
  }
}
