package io.slipway.broker.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.slipway.broker.BrokerException;
import io.slipway.broker.rule.LoginServer;
import io.slipway.broker.rule.TokenEndpoint;
import io.slipway.identity.client.ReactiveHttp;
import io.slipway.identity.client.RetryPolicy;
import io.vertx.mutiny.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With a registry at a real address that is its own token server and answers as the test says. */
class RegistryClientTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String DENIED =
      "{\"errors\":[{\"detail\":{\"rolesThatWould\":[\"Owner; id\"],\"scope\":\"/a\"}}]}";

  private HttpServer server;
  private Vertx vertx;
  private ReactiveHttp http;
  private LoginServer registry;
  private int status = 200;
  private byte[] body = {};
  private final AtomicInteger asked = new AtomicInteger();

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    String name = "127.0.0.1:" + server.getAddress().getPort();
    registry = LoginServer.parse(name).orElseThrow();
    server.createContext(
        "/v2/",
        exchange -> {
          asked.incrementAndGet();
          exchange
              .getResponseHeaders()
              .add(
                  "WWW-Authenticate",
                  "Bearer realm=\"http://%s/token\",service=\"%s\"".formatted(name, name));
          exchange.sendResponseHeaders(401, -1);
          exchange.close();
        });
    server.createContext("/", this::answer);
    server.start();
    vertx = Vertx.vertx();
    http = new ReactiveHttp(vertx, Optional.empty(), "test", RetryPolicy.NEVER);
  }

  @AfterEach
  void stop() {
    server.stop(0);
    http.close();
    vertx.closeAndAwait();
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private RegistryClient client(String issuer) {
    return new RegistryClient(
        http,
        new RegistryConfig(
            URI.create(issuer),
            issuer.replace("/adfs", ""),
            Optional.empty(),
            Optional.of(List.of(registry.key())),
            Optional.empty()));
  }

  /** A client of a registry that nobody has opened; the one above is opened by being named. */
  private RegistryClient strict(String... opened) {
    return new RegistryClient(
        http,
        new RegistryConfig(
            URI.create("https://issuer.example/adfs"),
            "https://issuer.example",
            Optional.empty(),
            Optional.empty(),
            Optional.of(List.of(opened))));
  }

  /**
   * A binding's host is a user's word: the broker must not look around for him. On this machine
   * alone, since a fault would connect; what else is closed is in {@code EgressPolicyTest}, which
   * connects to nothing.
   */
  @Test
  void rejectsTheMachineAndItsNetworksAndSaysNotWhatListensThere() {
    int port = server.getAddress().getPort();
    for (String name :
        List.of("127.0.0.1:" + port, "127.0.0.1:1", "localhost:" + port, "[::1]:1")) {
      LoginServer closed = LoginServer.parse(name).orElseThrow();
      assertThatThrownBy(() -> strict().challenge(closed).await().atMost(LIMIT))
          .isInstanceOf(BrokerException.class)
          .hasMessageContaining("closed to users; slipway.broker.open-networks=");
    }
    assertThat(asked).hasValue(0);
  }

  /** It speaks no TLS, so it is reached and no more; nothing listens at the other one. */
  @Test
  void shouldSayTheSameOfAllThatCannotBeSpokenWith() {
    RegistryClient client = strict(registry.key(), "127.0.0.1:1");
    for (LoginServer each : List.of(registry, LoginServer.parse("127.0.0.1:1").orElseThrow())) {
      assertThatThrownBy(() -> client.challenge(each).await().atMost(LIMIT))
          .isInstanceOf(BrokerException.class)
          .hasMessage(
              "The registry %s is not available: it can't be reached, or does not speak TLS with a certificate that is trusted."
                  .formatted(each.text()));
    }
  }

  private static RegistryClient.Exchange exchange(RegistryClient client, LoginServer registry) {
    String name = registry.key();
    TokenEndpoint endpoint = new TokenEndpoint(URI.create("http://" + name + "/token"), name);
    return client.exchange(registry, endpoint, "token", List.of()).await().atMost(LIMIT);
  }

  /** Else it would get the token of whatever identity a task names for it. */
  @Test
  void rejectsARegistryThatIsItsOwnIssuer() {
    RegistryClient client = client("https://issuer.example/adfs");

    assertThatThrownBy(() -> client.challenge(registry).await().atMost(LIMIT))
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("not trusted");
  }

  @Test
  void shouldReadTheRefreshToken() {
    body = "{\"refresh_token\":\"r\"}".getBytes(StandardCharsets.UTF_8);

    assertThat(exchange(client("https://issuer.example/adfs"), registry))
        .isEqualTo(new RegistryClient.Exchange.Granted("r"));
  }

  @Test
  void rejectsAnAnswerThatIsTooLarge() {
    body = new byte[2 << 20];
    RegistryClient client = client("https://issuer.example/adfs");

    assertThatThrownBy(() -> exchange(client, registry))
        .isInstanceOf(BrokerException.class)
        .hasMessageContaining("its answer is larger than 1048576 bytes");
  }

  @Test
  void shouldTakeDetailsOfARefusalFromTheIssuerAlone() {
    status = 403;
    body = DENIED.getBytes(StandardCharsets.UTF_8);

    assertThat(exchange(client("https://issuer.example/adfs"), registry))
        .isEqualTo(new RegistryClient.Exchange.Denied(null));
    assertThat(exchange(client("http://" + registry.key() + "/adfs"), registry))
        .isInstanceOfSatisfying(
            RegistryClient.Exchange.Denied.class,
            denied -> assertThat(denied.detail()).isNotNull());
  }
}
