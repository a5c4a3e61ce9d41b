package io.slipway.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.slipway.identity.client.BlockingHttp;
import io.slipway.identity.client.ClientSecret;
import io.slipway.identity.client.ServiceToken;
import io.slipway.identity.client.jwt.VerifiedToken;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * With an identity-service and a task-api at real addresses, and a clock that is turned by hand.
 */
class GoingRunsTest {
  private static final String RUN = "018f2b1c-7a10-7c3e-9a55-0d5b8e1f2a01";

  @TempDir Path folder;
  private final AtomicInteger asked = new AtomicInteger();
  private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private volatile boolean over;
  private volatile boolean away;
  private HttpServer services;
  private GoingRuns runs;

  @BeforeEach
  void start() throws Exception {
    services = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    services.createContext(
        "/adfs/oauth2/token",
        exchange -> answer(exchange, 200, "{\"access_token\":\"t\",\"expires_in\":3600}"));
    services.createContext("/internal/run-attempts/checks", this::check);
    services.start();
    String url = "http://127.0.0.1:" + services.getAddress().getPort();
    Files.writeString(folder.resolve("secret"), "a".repeat(64));
    BlockingHttp http = new BlockingHttp(new ObjectMapper(), Optional.empty());
    ServiceToken token =
        new ServiceToken(
            url,
            "slipway-registry",
            new ClientSecret(folder.resolve("secret")),
            http::postForm,
            InstantSource.system());
    runs = new GoingRuns(new AskTaskApi(http, token, url), () -> now);
  }

  @AfterEach
  void stop() {
    services.stop(0);
  }

  private void check(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    JsonObject attempt =
        new JsonObject(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
            .getJsonArray("attempts")
            .getJsonObject(0);
    boolean known = attempt.getString("runUid").equals(RUN) && attempt.getInteger("attempt") == 2;
    answer(exchange, away ? 503 : 200, "{\"going\":[" + (known && !over) + "]}");
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private VerifiedToken token(Instant lentAt, int attempt) {
    Map<String, Object> claims = new HashMap<>();
    claims.put("run_uid", RUN);
    claims.put("run_attempt", attempt);
    claims.put("run_at", lentAt.getEpochSecond());
    claims.put("iat", now.getEpochSecond());
    return new VerifiedToken("127.0.0.1:8453", "somebody", now.plusSeconds(300), "key", claims);
  }

  @Test
  void shouldEndATokenWithItsRun() {
    VerifiedToken lent = token(now, 2);
    assertThat(runs.test(lent)).isTrue();
    assertThat(asked).as("it was lent a moment ago").hasValue(0);

    now = now.plusSeconds(11);
    assertThat(runs.test(lent)).isTrue();
    assertThat(runs.test(lent)).isTrue();
    assertThat(asked).as("within a few seconds").hasValue(1);

    over = true;
    now = now.plusSeconds(6);
    assertThat(runs.test(lent)).isFalse();
    now = now.plusSeconds(60);
    assertThat(runs.test(lent)).isFalse();
    assertThat(asked).as("what is over stays so").hasValue(2);
  }

  @Test
  void rejectsATokenThatWasMadeOfOneWhoseRunIsOver() {
    over = true;
    Instant lentAt = now;
    now = now.plusSeconds(60);

    assertThat(runs.test(token(lentAt, 2))).isFalse();
    assertThat(runs.test(token(lentAt, 1))).as("of another attempt").isFalse();
  }

  @Test
  void shouldHoldUpNoRunWhileTaskApiIsAway() {
    away = true;
    VerifiedToken lent = token(now, 2);
    now = now.plusSeconds(20);

    assertThat(runs.test(lent)).isTrue();
    now = now.plusSeconds(20);
    assertThat(runs.test(lent)).isTrue();
    assertThat(asked).hasValue(1);

    away = false;
    over = true;
    now = now.plusSeconds(20);
    assertThat(runs.test(lent)).isFalse();
  }

  @Test
  void shouldVouchForNoRunWhenTaskApiIsAwayForLongerThanAPause() {
    away = true;
    VerifiedToken lent = token(now, 2);
    now = now.plusSeconds(20);
    assertThat(runs.test(lent)).isTrue();
    now = now.plusSeconds(60);
    assertThat(runs.test(lent)).as("a pause of a minute ends no run").isTrue();
    now = now.plusSeconds(20);
    assertThatThrownBy(() -> runs.test(lent)).isInstanceOf(GoingRuns.UnknownException.class);
    VerifiedToken fresh = token(now, 2);
    assertThat(runs.test(fresh)).as("it was lent a moment ago").isTrue();

    now = now.plusSeconds(20);
    assertThatThrownBy(() -> runs.test(fresh)).isInstanceOf(GoingRuns.UnknownException.class);
    away = false;
    now = now.plusSeconds(6);
    assertThat(runs.test(lent)).isTrue();

    away = true;
    now = now.plusSeconds(6);
    assertThat(runs.test(lent)).as("another outage").isTrue();
  }

  @Test
  void shouldAskNothingAboutTokensOfPeople() {
    VerifiedToken token = token(now.minusSeconds(60), 2);
    Map<String, Object> claims = new HashMap<>(token.claims());
    claims.remove("run_uid");

    assertThat(
            runs.test(
                new VerifiedToken(
                    token.audience(), token.subject(), token.expiresAt(), "key", claims)))
        .isTrue();
    assertThat(asked).hasValue(0);
  }
}
