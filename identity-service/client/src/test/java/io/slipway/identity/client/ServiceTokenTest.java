package io.slipway.identity.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With an issuer and another service at real addresses, and a clock that the tests move. */
class ServiceTokenTest {
  @TempDir Path folder;
  private HttpServer server;
  private String url;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private int issuerStatus = 200;
  private String issuerBody;
  private final List<String> shown = new ArrayList<>();
  private String refused = "";
  private BlockingHttp http;
  private ServiceToken token;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/adfs/oauth2/token", this::issue);
    server.createContext("/service", this::serve);
    server.start();
    url = "http://127.0.0.1:" + server.getAddress().getPort();
    Path secret = Files.writeString(folder.resolve("secret"), "s".repeat(64) + "\n");
    http = new BlockingHttp(new ObjectMapper(), Optional.empty());
    ClientSecret own = new ClientSecret(secret, () -> now.toEpochMilli() * 1_000_000);
    token = new ServiceToken(url, "slipway-run-agent", own, http::postForm, () -> now);
  }

  @Test
  void shouldFetchOneTokenForAllWhoNeedOne() {
    CompletableFuture<ServiceToken.Answer> answer = new CompletableFuture<>();
    List<String> posted = new ArrayList<>();
    ServiceToken shared =
        new ServiceToken(
            url,
            "slipway-run-agent",
            new ClientSecret(folder.resolve("secret")),
            (address, fields) -> {
              posted.add(address);
              return answer;
            },
            () -> now);

    List<CompletableFuture<String>> waiting = new ArrayList<>();
    for (int caller = 0; caller < 5; caller++) {
      waiting.add(shared.get().toCompletableFuture());
    }
    answer.complete(new ServiceToken.Answer(200, "{\"access_token\":\"one\",\"expires_in\":3600}"));

    assertThat(posted).hasSize(1);
    assertThat(waiting).allSatisfy(token -> assertThat(token.join()).isEqualTo("one"));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void issue(HttpExchange exchange) throws IOException {
    asked.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    answer(
        exchange,
        issuerStatus,
        issuerBody != null
            ? issuerBody
            : "{\"access_token\":\"token-" + asked.size() + "\",\"expires_in\":3600}");
  }

  private void serve(HttpExchange exchange) throws IOException {
    String bearer = exchange.getRequestHeaders().getFirst("Authorization");
    shown.add(bearer);
    answer(exchange, bearer.equals("Bearer " + refused) ? 401 : 200, "{}");
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private BlockingHttp.Answer call() throws IOException, InterruptedException {
    return token.callAndWait(
        bearer -> http.post(url + "/service", bearer, Map.of()), BlockingHttp.Answer::status);
  }

  @Test
  void shouldAskWithIdAndSecretForAServiceToken() throws Exception {
    assertThat(token.await()).isEqualTo("token-1");

    assertThat(asked)
        .singleElement()
        .satisfies(form ->
            assertThat(form.split("&"))
                .containsExactlyInAnyOrder(
                    "grant_type=client_credentials",
                    "client_id=slipway-run-agent",
                    "client_secret=" + "s".repeat(64),
                    "scope=slipway-task-api%2F.default"));
  }

  @Test
  void shouldHaveATokenForEachReceiver() throws Exception {
    ServiceToken broker = token.toward(Audience.BROKER);

    assertThat(token.await()).isEqualTo("token-1");
    assertThat(broker.await()).isEqualTo("token-2");
    assertThat(token.toward(Audience.BROKER)).isSameAs(broker);
    assertThat(token.toward(Audience.TASK_API)).isSameAs(token);
    assertThat(asked.getLast()).contains("scope=slipway-credential-broker%2F.default");
  }

  @Test
  void shouldRenewAtHalfLife() throws Exception {
    token.await();
    now = now.plus(Duration.ofMinutes(29));
    assertThat(token.await()).isEqualTo("token-1");

    now = now.plus(Duration.ofMinutes(1));

    assertThat(renewed("token-1")).isEqualTo("token-2");
  }

  @Test
  void shouldKeepAGoodTokenWhileTheIssuerIsAway() throws Exception {
    token.await();
    now = now.plus(Duration.ofMinutes(40));
    issuerStatus = 503;

    assertThat(token.await()).isEqualTo("token-1");
    waitUntilAsked(2);
    assertThat(token.await()).as("not asked anew by each call").isEqualTo("token-1");
    assertThat(asked).hasSize(2);

    issuerStatus = 200;
    // The refusal may still be on its way when the issuer is back; who asks then shares it.
    String latest = "token-1";
    for (int pause = 0; pause < 10 && latest.equals("token-1"); pause++) {
      now = now.plus(Duration.ofMinutes(1));
      latest = renewed("token-1");
    }
    assertThat(latest).isEqualTo("token-3");
  }

  /** The token that comes after another; the other itself if none comes. */
  private String renewed(String before) throws Exception {
    for (int tries = 0; tries < 1000 && token.await().equals(before); tries++) {
      Thread.sleep(10);
    }
    return token.await();
  }

  private void waitUntilAsked(int times) throws Exception {
    for (int tries = 0; tries < 1000 && asked.size() < times; tries++) {
      Thread.sleep(10);
    }
  }

  @Test
  void shouldRenewOnceForAllAndWaitForNothingMeanwhile() throws Exception {
    List<CompletableFuture<ServiceToken.Answer>> answers = new ArrayList<>();
    ServiceToken shared =
        new ServiceToken(
            url,
            "slipway-run-agent",
            new ClientSecret(folder.resolve("secret")),
            (address, fields) -> {
              answers.add(new CompletableFuture<>());
              return answers.getLast();
            },
            () -> now);
    CompletableFuture<String> first = shared.get().toCompletableFuture();
    answers.getFirst().complete(issued("token-1"));
    assertThat(first).isCompletedWithValue("token-1");
    now = now.plus(Duration.ofMinutes(30));

    CompletableFuture<String> renewing = shared.get().toCompletableFuture();
    CompletableFuture<String> other = shared.get().toCompletableFuture();

    assertThat(renewing).isCompletedWithValue("token-1");
    assertThat(other).isCompletedWithValue("token-1");
    assertThat(answers).hasSize(2);
    answers.getLast().complete(issued("token-2"));
    assertThat(shared.await()).isEqualTo("token-2");
  }

  private static ServiceToken.Answer issued(String token) {
    return new ServiceToken.Answer(200, "{\"access_token\":\"" + token + "\",\"expires_in\":3600}");
  }

  @Test
  void shouldKeepAGoodTokenWhileItsSecretCannotBeRead() throws Exception {
    token.await();
    Files.writeString(folder.resolve("secret"), "");
    now = now.plus(Duration.ofMinutes(30));
    assertThat(token.await()).isEqualTo("token-1");
    Files.delete(folder.resolve("secret"));
    now = now.plus(Duration.ofMinutes(1));
    assertThat(token.await()).isEqualTo("token-1");

    now = now.plus(Duration.ofMinutes(28));

    assertThatThrownBy(token::await)
        .isInstanceOf(ServiceTokenException.class)
        .hasMessageContaining("slipway.client.secret-file", "can't be read");
    assertThat(token.get().toCompletableFuture()).isCompletedExceptionally();
  }

  @Test
  void rejectsToShowATokenThatIsOver() throws Exception {
    token.await();
    now = now.plus(Duration.ofMinutes(59));
    issuerStatus = 503;

    assertThatThrownBy(token::await)
        .isInstanceOfSatisfying(
            ServiceTokenException.class, failure -> assertThat(failure.status()).isEqualTo(503))
        .hasMessageContaining("slipway-run-agent", "503");
  }

  @Test
  void shouldForgetATokenThatIsRefusedAndTryOnceMore() throws Exception {
    assertThat(call().status()).isEqualTo(200);
    refused = "token-1";

    assertThat(call().status()).isEqualTo(200);

    assertThat(shown).containsExactly("Bearer token-1", "Bearer token-1", "Bearer token-2");
    assertThat(token.await()).isEqualTo("token-2");
  }

  @Test
  void shouldDoSoForCallsThatDoNotWait() throws Exception {
    token.await();
    refused = "token-1";

    int status =
        token
            .call(
                bearer -> {
                  shown.add(bearer);
                  return CompletableFuture.completedFuture(bearer.equals(refused) ? 401 : 204);
                },
                Integer::intValue)
            .toCompletableFuture()
            .get();

    assertThat(status).isEqualTo(204);
    assertThat(shown).containsExactly("token-1", "token-2");
  }

  @Test
  void shouldTryNoMoreThanOnceMore() throws Exception {
    int status =
        token
            .call(
                bearer -> {
                  shown.add(bearer);
                  return CompletableFuture.completedFuture(401);
                },
                Integer::intValue)
            .toCompletableFuture()
            .get();

    assertThat(status).isEqualTo(401);
    assertThat(shown).containsExactly("token-1", "token-2");
  }

  @Test
  void shouldKeepATokenThatCameMeanwhile() throws Exception {
    token.await();
    refused = "token-1";

    int status =
        token.callAndWait(
            bearer -> {
              shown.add(bearer);
              return bearer.equals(refused) ? call().status() + 201 : 204;
            },
            Integer::intValue);

    assertThat(status).isEqualTo(204);
    assertThat(asked).hasSize(2);
  }

  /** A service that cannot get the issuer's keys refuses what is good; its answer is passed on. */
  @Test
  void shouldKeepARefusedTokenWhileThereIsNoOther() throws Exception {
    token.await();
    refused = "token-1";
    issuerStatus = 503;

    assertThat(call().status()).isEqualTo(401);
    assertThat(
            token
                .call(bearer -> CompletableFuture.completedFuture(401), Integer::intValue)
                .toCompletableFuture()
                .get())
        .isEqualTo(401);
    refused = "";

    assertThat(call().status()).isEqualTo(200);
    assertThat(shown).containsOnly("Bearer token-1");
  }

  @Test
  void rejectsAnswersWithoutAToken() {
    for (String body : List.of("{}", "not json", "{\"access_token\":\"t\"}", "[]")) {
      issuerBody = body;
      assertThatThrownBy(token::await).as(body).isInstanceOf(ServiceTokenException.class);
    }
  }

  @Test
  void shouldSayThatNobodyAnswers() {
    server.stop(0);

    assertThatThrownBy(token::await)
        .isInstanceOfSatisfying(
            ServiceTokenException.class, failure -> assertThat(failure.status()).isZero())
        .hasMessageContaining("identity-service can't be reached");
  }

  @Test
  void shouldNotWaitForAnIssuerThatHangs() throws Exception {
    CountDownLatch hanging = new CountDownLatch(1);
    server.createContext(
        "/hangs",
        exchange -> {
          try {
            hanging.await();
          } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
          }
          answer(exchange, 200, "{}");
        });

    CompletableFuture<ServiceToken.Answer> answer;
    try {
      answer = http.postForm(url + "/hangs", Map.of()).toCompletableFuture();
      assertThat(answer).isNotDone();
    } finally {
      hanging.countDown();
    }
    assertThat(answer.get().status()).isEqualTo(200);
  }

  @Test
  void shouldStopWhoeverIsInterrupted() throws Exception {
    token.await();
    now = now.plus(Duration.ofMinutes(40));
    Thread.currentThread().interrupt();

    assertThatThrownBy(token::await).isInstanceOf(InterruptedException.class);
  }
}
