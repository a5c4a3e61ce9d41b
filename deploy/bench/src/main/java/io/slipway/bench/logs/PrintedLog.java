package io.slipway.bench.logs;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.bench.measure.Percentiles;
import io.slipway.bench.platform.Api;
import io.slipway.bench.platform.Ledger;
import io.slipway.bench.platform.Stage;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** Runs whose one step prints what a benchmark wants. */
final class PrintedLog {
  private static final long LIMIT = 120_000;

  private final Stage stage;
  private final String baseServer;
  private int tasks;

  PrintedLog(Stage stage, String baseServer) {
    this.stage = stage;
    this.baseServer = baseServer;
  }

  /** Starts a run of a command of the shell image; answers its id. */
  String start(String command) throws IOException {
    Api api = stage.api();
    String task = "print" + ++tasks;
    String yaml =
        "version: v1.1.0\nsteps:\n  - cmd: %s/base/shell:1 %s\n".formatted(baseServer, command);
    api.task(Stage.REGISTRY, task, yaml, Stage.BASE, baseServer);
    JsonNode run =
        api.call(
            "POST",
            api.registryId(Stage.REGISTRY) + "/scheduleRun",
            api.scheduleRun(Stage.REGISTRY, task));
    return run.at("/properties/runId").asText();
  }

  /** Waits until a run and its log are complete. */
  Ledger.Row awaitComplete(String runId) throws SQLException, InterruptedException, IOException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIMIT);
    while (System.nanoTime() < end) {
      for (Ledger.Row row : stage.ledger().after(Stage.REGISTRY, 0)) {
        if (row.id().equals(runId) && row.isComplete()) {
          return row;
        }
      }
      Thread.sleep(100);
    }
    throw new IOException("run " + runId + " was not complete within " + LIMIT + " ms");
  }

  /** The request that follows the log of a run. */
  byte[] stream(String runId) throws IOException {
    Api api = stage.api();
    return api.request("GET", api.registryId(Stage.REGISTRY) + "/runs/" + runId + "/logstream", "");
  }

  /** Delays of the lines of a run at so many readers, in ms. */
  Percentiles delays(String runId, int readers)
      throws IOException, SQLException, InterruptedException {
    byte[] request = stream(runId);
    int port = stage.platform().ports().taskApi();
    ConcurrentLinkedQueue<LogReader> done = new ConcurrentLinkedQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < readers; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                LogReader reader = new LogReader();
                try {
                  reader.follow(port, request);
                  done.add(reader);
                } catch (IOException broken) {
                  System.err.println("a reader: " + broken.getMessage());
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    awaitComplete(runId);
    return Percentiles.of(done.stream().flatMap(reader -> reader.millis().stream()).toList());
  }
}
