package io.slipway.infra;

/**
 * Kafka and PostgreSQL, running.
 *
 * @param kafkaBootstrap address of Kafka
 * @param postgresPort port of PostgreSQL on loopback
 * @param superuserPassword password of the role {@code postgres}
 * @param stop ends both
 */
record RunningInfra(
    String kafkaBootstrap, int postgresPort, String superuserPassword, Runnable stop)
    implements AutoCloseable {

  @Override
  public void close() {
    stop.run();
  }
}
