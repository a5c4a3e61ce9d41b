package io.slipway.builder;

/**
 * What an agent has once for all its registry calls: whom it trusts, where the mirrors are, and
 * open connections. Safe for many threads.
 */
public interface RegistryConnections extends AutoCloseable {

  /** Registry calls of one run over these connections. */
  RegistryAccess access(CredentialSource credentials);

  /** Closes all connections. */
  @Override
  void close();
}
