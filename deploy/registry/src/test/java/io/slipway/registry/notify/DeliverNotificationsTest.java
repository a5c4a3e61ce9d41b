package io.slipway.registry.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.slipway.identity.client.BlockingHttp;
import io.slipway.registry.RegistryConfig;
import io.slipway.registry.store.Digest;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With an identity-service and a task-api at real addresses. */
class DeliverNotificationsTest {
  @TempDir Path folder;
  private HttpServer services;
  private int issued;
  private String refused = "";
  private final List<String> shown = new ArrayList<>();
  private final List<JsonObject> delivered = new ArrayList<>();
  private Notifications notifications;
  private DeliverNotifications deliver;

  @BeforeEach
  void start() throws Exception {
    services = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    services.createContext(
        "/adfs/oauth2/token",
        exchange ->
            answer(exchange, 200, "{\"access_token\":\"t" + ++issued + "\",\"expires_in\":3600}"));
    services.createContext("/internal/registry-events", this::take);
    services.start();
    Files.writeString(folder.resolve("secret"), "a".repeat(64));
    String url = "http://127.0.0.1:" + services.getAddress().getPort();
    RegistryConfig config =
        new SmallRyeConfigBuilder()
            .withMapping(RegistryConfig.class)
            .withDefaultValues(
                Map.of(
                    "slipway.identity-url",
                    url,
                    "slipway.task-api-url",
                    url,
                    "slipway.client.id",
                    "slipway-registry",
                    "slipway.client.secret-file",
                    folder.resolve("secret").toString(),
                    "slipway.registry.mode",
                    "platform",
                    "slipway.registry.data-dir",
                    folder.resolve("data").toString(),
                    "slipway.registry.ports",
                    "1-2"))
            .build()
            .getConfigMapping(RegistryConfig.class);
    ServiceClientProducer producer = new ServiceClientProducer();
    BlockingHttp http = producer.http(new ObjectMapper(), config);
    notifications = new Notifications(config, InstantSource.system());
    deliver =
        new DeliverNotifications(
            notifications, config, http, producer.token(config, http, InstantSource.system()));
  }

  @AfterEach
  void stop() {
    services.stop(0);
  }

  private void take(HttpExchange exchange) throws IOException {
    String bearer = exchange.getRequestHeaders().getFirst("Authorization");
    shown.add(bearer);
    if (bearer.equals("Bearer " + refused)) {
      answer(exchange, 401, "{}");
      return;
    }
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (body.contains("\"bad\"")) {
      answer(exchange, 400, "{}");
      return;
    }
    new JsonObject(body).getJsonArray("events").forEach(event -> delivered.add((JsonObject) event));
    answer(exchange, 200, "{}");
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void push(String tag) throws IOException {
    notifications.pushed(
        "127.0.0.1:8453",
        "hello",
        Optional.of(tag),
        Digest.parse("sha256:" + "a".repeat(64)).orElseThrow(),
        "application/vnd.oci.image.manifest.v1+json",
        3);
  }

  @Test
  void shouldBringWhatHappenedInOrder() throws Exception {
    push("v1");
    push("v2");

    deliver.deliver();

    assertThat(delivered).extracting(event -> event.getString("tag")).containsExactly("v1", "v2");
    assertThat(delivered.getFirst().getLong("size")).isEqualTo(3);
    assertThat(notifications.waiting(10)).isEmpty();
  }

  @Test
  void shouldGetANewTokenWhenItsOwnIsRefused() throws Exception {
    push("v1");
    deliver.deliver();
    refused = "t1";
    push("v2");

    deliver.deliver();

    assertThat(shown).containsExactly("Bearer t1", "Bearer t1", "Bearer t2");
    assertThat(notifications.waiting(10)).isEmpty();
  }

  @Test
  void shouldKeepWhatIsNotAcknowledged() throws Exception {
    push("v1");
    services.removeContext("/internal/registry-events");

    deliver.deliver();

    assertThat(notifications.waiting(10)).hasSize(1);
  }

  @Test
  void shouldSetAsideWhatCannotBeReadOrIsRefused() throws Exception {
    push("v1");
    push("bad");
    Files.write(folder.resolve("data/notifications/00000000000000000001.json"), new byte[0]);
    push("v2");

    deliver.deliver();

    assertThat(delivered).extracting(event -> event.getString("tag")).containsExactly("v1", "v2");
    assertThat(notifications.waiting(10)).isEmpty();
    try (var files = Files.list(folder.resolve("data/notifications"))) {
      assertThat(files).hasSize(2).allMatch(file -> file.toString().endsWith(".json.refused"));
    }
  }
}
