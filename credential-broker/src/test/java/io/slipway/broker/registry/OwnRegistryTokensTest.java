package io.slipway.broker.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.slipway.broker.BrokerException;
import io.slipway.broker.rule.LoginServer;
import io.slipway.broker.upstream.CallsOf;
import io.slipway.broker.upstream.Outcome;
import io.slipway.identity.client.ReactiveHttp;
import io.slipway.identity.client.RegistryScope;
import io.slipway.identity.client.RetryPolicy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With an identity-service at a real address that answers as the test says. */
class OwnRegistryTokensTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final LoginServer SERVER = LoginServer.parse("r.example").orElseThrow();

  private static final UUID RUN = UUID.randomUUID();

  @TempDir Path folder;

  private final List<JsonObject> asked = new ArrayList<>();
  private HttpServer server;
  private Vertx vertx;
  private ReactiveHttp http;
  private OwnRegistryTokens tokens;
  private int status = 200;
  private String answer = "";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/adfs/oauth2/token",
        exchange -> send(exchange, 200, "{\"access_token\":\"t\",\"expires_in\":3600}"));
    server.createContext("/internal/registry-tokens", this::answer);
    server.start();
    vertx = Vertx.vertx();
    http = new ReactiveHttp(vertx, Optional.empty(), "test", RetryPolicy.NEVER);
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    tokens = new OwnRegistryTokens(CallsOf.service(http, url, folder), url);
  }

  @AfterEach
  void stop() {
    server.stop(0);
    http.close();
    vertx.closeAndAwait();
  }

  private void answer(HttpExchange exchange) throws IOException {
    assertThat(exchange.getRequestHeaders().getFirst("Authorization")).isEqualTo("Bearer t");
    asked.add(
        new JsonObject(
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
    send(exchange, status, answer);
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static OwnRegistryTokens.Asked asked(String refreshToken) {
    return new OwnRegistryTokens.Asked(
        SERVER,
        "r.example",
        refreshToken,
        List.of(RegistryScope.parse("repository:a:pull").orElseThrow()),
        new LogInAsIdentity.ForRun("srt_x", RUN, 3));
  }

  @Test
  void shouldAskForManyByOneCallAndFailEachForItself() {
    answer =
        """
        {"answers":[{"status":200,"accessToken":"a1","expiresIn":240,"granted":[]},
        {"status":401},{"status":400,"message":"bad"},{"status":200},
        {"status":200,"accessToken":"a5","denied":{"scope":"/s"}}]}
        """;

    List<Outcome<RegistryClient.Token>> all =
        tokens
            .tokens(List.of(asked("1"), asked("2"), asked("3"), asked("4"), asked("5")))
            .await()
            .atMost(LIMIT);

    assertThat(asked).hasSize(1);
    JsonArray requests = asked.getFirst().getJsonArray("requests");
    assertThat(requests)
        .extracting(request -> ((JsonObject) request).getString("refreshToken"))
        .containsExactly("1", "2", "3", "4", "5");
    assertThat(requests.getJsonObject(0))
        .isEqualTo(
            new JsonObject()
                .put("service", "r.example")
                .put("refreshToken", "1")
                .put("runUid", RUN.toString())
                .put("attempt", 3)
                .put("scopes", new JsonArray().add("repository:a:pull")));
    assertThat(all.get(0).result()).isEqualTo(new RegistryClient.Token("a1", null));
    assertThat(all.get(1).failure()).isInstanceOf(RegistryClient.RefreshRefusedException.class);
    assertThat(all.get(2).failure())
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("its token endpoint answered 400");
    assertThat(all.get(3).failure())
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("without accessToken");
    assertThat(all.get(4).result())
        .isEqualTo(new RegistryClient.Token("a5", new JsonObject().put("scope", "/s")));
  }

  /** An answer that does not fit the question must not give one run what another asked for. */
  @Test
  void rejectsAnAnswerThatDoesNotFit() {
    List.of(
            "{\"answers\":[{\"status\":200,\"accessToken\":\"a\"}]}",
            "{\"answers\":3}",
            "{}",
            "[]",
            "no JSON")
        .forEach(text -> {
          answer = text;
          List<Outcome<RegistryClient.Token>> all =
              tokens.tokens(List.of(asked("1"), asked("2"))).await().atMost(LIMIT);
          assertThat(all)
              .as(text)
              .allSatisfy(one ->
                  assertThat(one.failure())
                      .isInstanceOfSatisfying(
                          BrokerException.class,
                          refusal -> assertThat(refusal.code()).isEqualTo("IdentityUnavailable")));
        });
  }

  @Test
  void shouldSayThatIdentityServiceIsAway() {
    for (int other : new int[] {503, 404, 403, 500}) {
      status = other;
      assertThatThrownBy(() -> tokens.token(asked("1")).await().atMost(LIMIT))
          .isInstanceOfSatisfying(
              BrokerException.class,
              refusal -> {
                assertThat(refusal.code()).isEqualTo("IdentityUnavailable");
                assertThat(refusal.status()).isEqualTo(503);
                assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(2));
              });
    }
  }
}
