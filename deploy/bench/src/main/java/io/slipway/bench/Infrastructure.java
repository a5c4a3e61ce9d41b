package io.slipway.bench;

import io.slipway.bench.measure.ProcessMemory;
import io.slipway.infra.KafkaProcess;
import io.slipway.infra.PostgresProcess;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/**
 * Kafka and PostgreSQL alone: the least that a start can cost.
 *
 * @param seconds from nothing until both answered
 */
record Infrastructure(KafkaProcess kafka, PostgresProcess postgres, double seconds)
    implements AutoCloseable {

  /** Starts both at the same time, as the platform does, on the ports that it would take. */
  static Infrastructure start(Path root, Path folder, int portBase) {
    long begin = System.nanoTime();
    CompletableFuture<KafkaProcess> kafka =
        CompletableFuture.supplyAsync(() ->
            KafkaProcess.start(
                new KafkaProcess.Settings(
                    root.resolve("deploy/infra/kafka-server/target/lib"),
                    folder.resolve("kafka"),
                    folder.resolve("kafka.log"),
                    portBase + 5,
                    portBase + 6)));
    try {
      PostgresProcess postgres =
          PostgresProcess.start(
              new PostgresProcess.Settings(
                  folder.resolve("programs"),
                  folder.resolve("postgres"),
                  folder.resolve("postgres.log"),
                  portBase + 7));
      return new Infrastructure(kafka.join(), postgres, (System.nanoTime() - begin) / 1e9);
    } catch (RuntimeException failed) {
      kafka.thenAccept(KafkaProcess::close);
      throw failed;
    }
  }

  ProcessMemory memory() {
    return ProcessHandle.of(kafka.process().pid())
        .map(ProcessMemory::ofTree)
        .orElse(ProcessMemory.NONE)
        .plus(
            ProcessHandle.of(postgres.process().pid())
                .map(ProcessMemory::ofTree)
                .orElse(ProcessMemory.NONE));
  }

  @Override
  public void close() {
    kafka.close();
    postgres.close();
  }
}
