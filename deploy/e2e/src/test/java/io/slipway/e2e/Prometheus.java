package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;

/** A real Prometheus that scrapes the platform each second, with the configuration that we ship. */
final class Prometheus implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final HttpClient http = HttpClient.newHttpClient();
  private final String address;
  private final Process process;
  private final Path log;

  private Prometheus(String address, Process process, Path log) {
    this.address = address;
    this.process = process;
    this.log = log;
  }

  /** Starts it, and waits until it has seen all parts of the platform. */
  static Prometheus start(Platform platform) throws IOException {
    Path shipped = platform.root().resolve("deploy/observability");
    Path folder = Platform.freshFolder("prometheus");
    String config = Files.readString(shipped.resolve("prometheus.yml"));
    for (int offset = 1; offset < 96; offset++) {
      config =
          config.replace("127.0.0.1:" + (8443 + offset), "at:" + (platform.portBase() + offset));
    }
    Path file = folder.resolve("prometheus.yml");
    Files.writeString(
        file,
        config
            .replace("at:", "127.0.0.1:")
            .replace("15s", "1s")
            .replace("rules/", shipped + "/rules/"));
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(
                program(platform, "prometheus"),
                "--config.file=" + file,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Prometheus started = new Prometheus("http://127.0.0.1:" + port, process, log);
    try {
      started.awaitParts();
      return started;
    } catch (RuntimeException | AssertionError failed) {
      started.close();
      throw failed;
    }
  }

  /** A program of Prometheus: installed, or where {@code ./slipway test} unpacks it. */
  static String program(Platform platform, String name) {
    Path unpacked = platform.root().resolve("target/prometheus/usr/bin").resolve(name);
    return Files.isExecutable(unpacked) ? unpacked.toString() : name;
  }

  private void awaitParts() {
    Platform.await(
        "Prometheus sees all parts, see " + log,
        LIMIT,
        () -> {
          assertThat(process.isAlive()).as("Prometheus, see %s", log).isTrue();
          List<JsonNode> up = answered() ? query("up") : List.of();
          return up.size() == 6 && up.stream().allMatch(one -> value(one) == 1);
        });
  }

  private boolean answered() {
    try {
      return get("/-/ready").statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Waits until each part was scraped so many times from now on. */
  void awaitScrapes(int times) {
    double now = value(query("time()").getFirst());
    Platform.await(
        times + " scrapes",
        LIMIT,
        () -> query("min(timestamp(up))").stream().anyMatch(one -> value(one) > now + times - 1));
  }

  /** Results of an expression now; fails if it is not one. */
  List<JsonNode> query(String expression) {
    JsonNode data = data("/api/v1/query?query=" + encoded(expression), expression);
    JsonNode result = data.path("result");
    return data.path("resultType").asText().equals("scalar")
        ? List.of(Api.JSON.createObjectNode().set("value", result))
        : StreamSupport.stream(result.spliterator(), false).toList();
  }

  /** All rules that it has loaded. */
  List<JsonNode> rules() {
    return data("/api/v1/rules", "rules").findValues("rules").stream()
        .flatMap(group -> StreamSupport.stream(group.spliterator(), false))
        .toList();
  }

  /** Labels of all series of a metric. */
  List<JsonNode> series(String metric) {
    return StreamSupport.stream(
            data("/api/v1/series?match[]=".replace("[]", "%5B%5D") + encoded(metric), metric)
                .spliterator(),
            false)
        .toList();
  }

  private static double value(JsonNode result) {
    return result.path("value").path(1).asDouble();
  }

  private JsonNode data(String path, String what) {
    try {
      JsonNode answer = Api.JSON.readTree(get(path).body());
      assertThat(answer.path("status").asText()).as("%s: %s", what, answer).isEqualTo("success");
      return answer.path("data");
    } catch (IOException failed) {
      throw new AssertionError(what, failed);
    }
  }

  private HttpResponse<String> get(String path) throws IOException {
    try {
      return http.send(
          HttpRequest.newBuilder(URI.create(address + path)).timeout(LIMIT).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException interrupted) {
      throw new AssertionError("interrupted", interrupted);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    http.close();
  }
}
