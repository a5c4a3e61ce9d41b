package io.slipway.identity.client.egress;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * A socket that connects only where a policy allows it: the last place before the network, so no
 * look-up, redirect or proxy goes around it.
 */
public final class EgressSocket extends Socket {
  private final EgressPolicy policy;

  /** One that is not connected yet. */
  public EgressSocket(EgressPolicy policy) {
    this.policy = policy;
  }

  /**
   * Connects.
   *
   * @throws EgressRefusedException if the policy refuses the address
   */
  @Override
  public void connect(SocketAddress endpoint, int timeout) throws IOException {
    if (!(endpoint instanceof InetSocketAddress internet) || internet.isUnresolved()) {
      throw new UnknownHostException(String.valueOf(endpoint));
    }
    Optional<String> refusal =
        policy.refusal(internet.getHostString(), internet.getAddress(), internet.getPort());
    if (refusal.isPresent()) {
      throw new EgressRefusedException(refusal.get());
    }
    super.connect(endpoint, timeout);
  }
}
