package io.slipway.agent;

import io.slipway.infra.KafkaAccess;
import io.slipway.infra.KafkaProcess;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A real Kafka of one test, which can be stopped and goes on. */
public final class StoppableKafka implements AutoCloseable {
  private final KafkaProcess kafka;

  public StoppableKafka(Path folder) throws Exception {
    this(folder, null);
  }

  /** One that lets in only whom it is told to. */
  public StoppableKafka(Path folder, @Nullable KafkaAccess access) throws Exception {
    Path root = Path.of(System.getProperty("slipway.root", "..")).toAbsolutePath().normalize();
    int port;
    int controllerPort;
    try (ServerSocket one = new ServerSocket(0);
        ServerSocket other = new ServerSocket(0)) {
      port = one.getLocalPort();
      controllerPort = other.getLocalPort();
    }
    kafka =
        KafkaProcess.start(
            new KafkaProcess.Settings(
                root.resolve("deploy/infra/kafka-server/target/lib"),
                folder.resolve("kafka"),
                folder.resolve("kafka.log"),
                port,
                controllerPort,
                access));
  }

  public String bootstrap() {
    return kafka.bootstrap();
  }

  /** Answers nobody, and closes no connection. */
  public void stop() throws Exception {
    signal("STOP");
  }

  public void goOn() throws Exception {
    signal("CONT");
  }

  private void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, String.valueOf(kafka.process().pid())).start().waitFor();
  }

  @Override
  public void close() throws Exception {
    goOn();
    kafka.close();
  }
}
