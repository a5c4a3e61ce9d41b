package io.slipway.taskapi.store;

/** The pool for questions, for tests of other packages. */
public final class TestQueries {

  private TestQueries() {}

  public static QueryPool of(TestLedger ledger) {
    return new QueryPool(ledger.pool());
  }
}
