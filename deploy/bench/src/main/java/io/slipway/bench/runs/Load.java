package io.slipway.bench.runs;

import io.slipway.bench.platform.Stage;
import java.io.IOException;
import java.util.concurrent.ExecutionException;

/** A way to ask for runs, used by several workers at the same time. */
interface Load extends AutoCloseable {

  /**
   * Opens one.
   *
   * @param in {@code http} or {@code events}
   * @param connections number of connections over HTTP
   */
  static Load open(Stage stage, String in, int connections) throws IOException {
    return in.equals("events")
        ? new EventLoad(stage, Stage.REGISTRY, Stage.TASK)
        : new HttpLoad(
            stage.platform().ports().taskApi(),
            connections,
            stage
                .api()
                .request(
                    "POST",
                    stage.api().registryId(Stage.REGISTRY) + "/scheduleRun",
                    stage.api().scheduleRun(Stage.REGISTRY, Stage.TASK)));
  }

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
