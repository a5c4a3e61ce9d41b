package io.slipway.broker.support;

import io.slipway.infra.ChildProcess;
import io.slipway.infra.TestInfra;
import io.slipway.infra.Waiting;
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
import java.util.TreeMap;

/** The real identity-service, as it is built, in a process of its own. */
public final class IdentityProcess {
  private final Installation installation;
  private final TestInfra.Database database;
  private final int port = Installation.freePort();
  private final int health = Installation.freePort();
  private ChildProcess process;

  IdentityProcess(Installation installation) {
    this.installation = installation;
    this.database = TestInfra.shared().newDatabase("identity");
  }

  public String url() {
    return "http://127.0.0.1:" + port;
  }

  public String authority() {
    return "127.0.0.1:" + port;
  }

  public String issuer() {
    return url() + "/adfs";
  }

  public TestInfra.Database database() {
    return database;
  }

  public Path keyset() {
    return installation.folder().resolve("identity.keyset.json");
  }

  public void start() {
    Path jar =
        Path.of(System.getProperty("slipway.root", "."))
            .resolve("identity-service/target/quarkus-app/quarkus-run.jar");
    if (!Files.exists(jar)) {
      throw new IllegalStateException(
          jar + " is missing: build identity-service first (mvn -pl identity-service package).");
    }
    Map<String, String> config = new TreeMap<>(database.config());
    config.put("quarkus.http.host", "127.0.0.1");
    config.put("quarkus.http.port", Integer.toString(port));
    config.put("quarkus.management.port", Integer.toString(health));
    config.put("slipway.issuer", issuer());
    config.put("slipway.public-url", url());
    config.put("slipway.arm-resource", Installation.ARM);
    config.put("slipway.tenant-id", Installation.TENANT);
    config.put("slipway.subscription-id", Installation.SUBSCRIPTION);
    config.put("slipway.identity.clients-dir", installation.folder().resolve("clients").toString());
    config.put("slipway.identity.vault-resources", "https://vault.test");
    config.put("slipway.identity.keyset-file", keyset().toString());
    try {
      Path file = installation.write("identity.properties", config);
      process =
          ChildProcess.start(
              "identity-service",
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx128m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-Dsmallrye.config.locations=" + file,
                  "-jar",
                  jar.toString()),
              Map.of(),
              installation.folder(),
              installation.folder().resolve("identity.log"));
      Waiting.until(process, Duration.ofSeconds(120), this::isReady);
    } catch (IOException failed) {
      throw new IllegalStateException("identity-service could not be started", failed);
    }
  }

  private boolean isReady() {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
              .send(
                  HttpRequest.newBuilder(
                          URI.create("http://127.0.0.1:" + health + "/q/health/ready"))
                      .build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  public void stop() {
    if (process != null) {
      process.stop(Duration.ofSeconds(15));
    }
  }
}
