package io.slipway.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.registry.RegistryConfig;
import io.slipway.registry.http.RegistryBudget.Limits;
import io.slipway.registry.notify.Notifications;
import io.slipway.registry.store.BlobStore;
import io.slipway.registry.store.RegistryStore;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients of one registry take what is theirs and no more. */
@Timeout(60)
class RegistryBudgetTest {
  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Socket> sockets = new ArrayList<>();
  private BlobStore blobs;
  private RegistryRoutes routes;

  @BeforeEach
  void open() throws IOException {
    RegistryConfig config =
        new SmallRyeConfigBuilder()
            .withMapping(RegistryConfig.class)
            .withSources(
                new PropertiesConfigSource(
                    Map.of(
                        "slipway.registry.mode", "upstream",
                        "slipway.registry.data-dir", folder.toString(),
                        "slipway.registry.ports", "0"),
                    "test",
                    100))
            .build()
            .getConfigMapping(RegistryConfig.class);
    InstantSource clock = InstantSource.system();
    blobs = new BlobStore(folder.resolve("blobs"), ManifestDocument.READER, clock);
    routes = new RegistryRoutes(vertx, new Notifications(config, clock), clock);
  }

  @AfterEach
  void close() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
    vertx.close().toCompletionStage().toCompletableFuture().get();
    workers.close();
    http.close();
  }

  private RegistryBudget budget;

  private int registry(String name, Limits limits) throws Exception {
    RegistryStore store = new RegistryStore(folder.resolve("registries").resolve(name), blobs);
    budget = new RegistryBudget(store, limits);
    HttpServer server =
        new LoginServer(name, store, budget, routes, null, workers)
            .listen(vertx, new HttpServerOptions().setHost("127.0.0.1").setPort(0))
            .toCompletionStage()
            .toCompletableFuture()
            .get();
    return server.actualPort();
  }

  private HttpResponse<String> call(int port, String method, String path, String body)
      throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .method(method, BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Holds an upload open that never ends; what came too early, or is refused, is sent again. */
  private void hold(String name, int port) throws Exception {
    while (true) {
      var location =
          call(port, "POST", "/v2/a/blobs/uploads/", "").headers().firstValue("Location");
      if (location.isEmpty()) {
        continue;
      }
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      sockets.add(socket);
      String head = "PATCH %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nxy\r\n";
      socket
          .getOutputStream()
          .write(head.formatted(location.get()).getBytes(StandardCharsets.US_ASCII));
      Path upload =
          folder
              .resolve("registries/" + name + "/a/_uploads")
              .resolve(location.get().substring(location.get().lastIndexOf('/') + 1));
      while (socket.getInputStream().available() == 0) {
        if (Files.size(upload) == 2) {
          return;
        }
        Thread.onSpinWait();
      }
    }
  }

  private HttpResponse<String> await(int port, int status) throws Exception {
    HttpResponse<String> answer = call(port, "GET", "/v2/", "");
    while (answer.statusCode() != status) {
      answer = call(port, "GET", "/v2/", "");
    }
    return answer;
  }

  private int push(int port, String content) throws Exception {
    return call(port, "POST", "/v2/a/blobs/uploads/?digest=" + digest(content), content)
        .statusCode();
  }

  @Test
  void uploadsThatNobodyGoesOnWithAreLimited() throws Exception {
    int other = registry("other", new Limits(9, 9, 2, 0));
    int port = registry("busy", new Limits(9, 9, 2, 0));
    HttpResponse<String> first = call(port, "POST", "/v2/a/blobs/uploads/", "");
    HttpResponse<String> second = call(port, "POST", "/v2/b/blobs/uploads/", "");
    assertThat(List.of(first.statusCode(), second.statusCode())).containsOnly(202);

    // With the files that are there, an instance that has just begun counts the same.
    for (int each : List.of(port, registry("busy", new Limits(9, 9, 2, 0)))) {
      HttpResponse<String> third = call(each, "POST", "/v2/c/blobs/uploads/", "");
      assertThat(third.statusCode()).isEqualTo(429);
      assertThat(third.body()).contains("\"TOOMANYREQUESTS\"", "2 uploads");
      assertThat(third.headers().firstValue("Retry-After")).isPresent();
      assertThat(push(each, "in one go")).isEqualTo(429);
    }
    assertThat(call(other, "POST", "/v2/a/blobs/uploads/", "").statusCode()).isEqualTo(202);

    String location = first.headers().firstValue("Location").orElseThrow();
    assertThat(call(port, "DELETE", location, "").statusCode()).isEqualTo(204);
    for (int i = 0; i < 3; i++) {
      assertThat(push(port, "content " + i)).isEqualTo(201);
    }
    HttpResponse<String> third = call(port, "POST", "/v2/c/blobs/uploads/", "");
    assertThat(third.statusCode()).isEqualTo(202);
    location = third.headers().firstValue("Location").orElseThrow();
    String content = "in pieces";
    assertThat(call(port, "PUT", location + "?digest=" + digest(content), content).statusCode())
        .isEqualTo(201);
    assertThat(push(port, "one more")).isEqualTo(201);
  }

  @Test
  void clientsOfOneRegistryDoNotStopAnother() throws Exception {
    int other = registry("other", new Limits(2, 2, 100, 0));
    int port = registry("busy", new Limits(2, 2, 100, 0));
    hold("busy", port);
    hold("busy", port);

    isTooMany(await(port, 429), "the registry serves 2 requests at a time");
    assertThat(call(other, "GET", "/v2/", "").statusCode()).isEqualTo(200);
    for (Socket socket : sockets) {
      socket.close();
    }
    await(port, 200);
  }

  @Test
  void uploadsLeaveRoomForDownloads() throws Exception {
    int other = registry("other", new Limits(50, 1, 100, 0));
    int port = registry("busy", new Limits(50, 1, 100, 0));
    assertThat(push(port, "there")).isEqualTo(201);
    hold("busy", port);

    isTooMany(
        call(port, "POST", "/v2/a/blobs/uploads/?digest=" + digest("abc"), "abc"), "1 uploads");
    assertThat(call(port, "GET", "/v2/a/blobs/" + digest("there"), "").body()).isEqualTo("there");
    assertThat(push(other, "abc")).isEqualTo(201);
  }

  @Test
  void aRegistryHasTheBytesThatItMayHave() throws Exception {
    int port = registry("small", new Limits(50, 50, 100, 10));
    assertThat(push(port, "12345")).isEqualTo(201);

    HttpResponse<String> large =
        call(port, "POST", "/v2/a/blobs/uploads/?digest=" + digest("123456"), "123456");
    assertThat(large.statusCode()).isEqualTo(403);
    assertThat(large.body()).contains("DENIED", "may have 10 bytes");
    String location =
        call(port, "POST", "/v2/a/blobs/uploads/", "")
            .headers()
            .firstValue("Location")
            .orElseThrow();
    HttpRequest endless =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + location))
            .method(
                "PATCH",
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[1 << 20])))
            .build();
    assertThat(http.send(endless, HttpResponse.BodyHandlers.discarding()).statusCode())
        .isEqualTo(403);
    assertThat(call(port, "GET", location, "").statusCode()).isEqualTo(404);

    budget.recount();
    assertThat(push(port, "12345")).as("what is there takes no more room").isEqualTo(201);
    assertThat(push(port, "67890")).isEqualTo(201);
    HttpResponse<String> manifest = call(port, "PUT", "/v2/a/manifests/v1", "{\"layers\":[]}");
    assertThat(manifest.statusCode()).as(manifest.body()).isEqualTo(403);
  }

  private static String digest(String content) throws Exception {
    return "sha256:"
        + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content.getBytes()));
  }

  private static void isTooMany(HttpResponse<String> answer, String what) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
    assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    assertThat(answer.body())
        .startsWith("{\"errors\":[{\"code\":\"TOOMANYREQUESTS\"")
        .contains(what);
  }
}
