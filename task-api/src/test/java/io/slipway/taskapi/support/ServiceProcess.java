package io.slipway.taskapi.support;

import io.slipway.infra.ChildProcess;
import io.slipway.infra.InfraException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Another service of the platform, as its own build made it, in a process of its own. */
final class ServiceProcess {

  private ServiceProcess() {}

  /** Starts the service of a module and waits until it is ready, as its health at a port says. */
  static ChildProcess start(
      Installation installation, String module, int health, Map<String, String> settings)
      throws IOException {
    Path root = Path.of(System.getProperty("slipway.root", "..")).toAbsolutePath().normalize();
    Path jar = root.resolve(module + "/target/quarkus-app/quarkus-run.jar");
    if (!Files.exists(jar)) {
      throw new InfraException(
          jar + " is missing: build it first (mvn -pl " + module + " package)");
    }
    settings.put("quarkus.management.port", Integer.toString(health));
    Path config = installation.write(module + ".properties", settings);
    Path log = installation.folder().resolve(module + ".log");
    ChildProcess process =
        ChildProcess.start(
            module,
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx160m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dsmallrye.config.locations=" + config,
                "-jar",
                jar.toString()),
            Map.of(),
            installation.folder(),
            log);
    awaitReady(process, health, log);
    return process;
  }

  private static void awaitReady(ChildProcess process, int port, Path log) throws IOException {
    HttpRequest ready =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/health/ready"))
            .timeout(Duration.ofSeconds(2))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
      while (System.nanoTime() < end) {
        if (!process.isAlive()) {
          throw new InfraException(process.name() + " ended: " + Files.readString(log));
        }
        try {
          if (client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
            return;
          }
        } catch (IOException notYet) {
          // it does not listen yet
        }
        Thread.sleep(100);
      }
      process.close();
      throw new InfraException(process.name() + " was not ready in time: " + Files.readString(log));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InfraException("interrupted", interrupted);
    }
  }
}
