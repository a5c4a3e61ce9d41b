package io.slipway.bench.runs;

import java.io.IOException;
import java.util.concurrent.ExecutionException;

/** A way to ask for runs, used by several workers at the same time. */
interface Load extends AutoCloseable {
  /** Number of workers; each sends one request after the other. */
  int workers();

  /**
   * Asks for one run.
   *
   * @param worker from 0
   * @return what the ledger knows the run by, see {@code Ledger.Row}
   */
  String send(int worker) throws IOException, InterruptedException, ExecutionException;

  /** How often it was told to come back later. */
  int refused();

  @Override
  void close() throws IOException;
}
