package io.slipway.infra;

/** Kafka and PostgreSQL as this build gives them to its tests. */
class TestInfraIT extends TestInfraContract {
  @Override
  TestInfra infra() {
    return TestInfra.shared();
  }
}
