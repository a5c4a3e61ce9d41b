package io.slipway.agent.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.slipway.agent.TestAgent;
import io.slipway.agent.TestAgentConfig;
import io.slipway.agent.config.AgentConfig;
import io.slipway.agent.lease.RunLease;
import io.slipway.identity.client.BlockingHttp;
import io.slipway.identity.client.ClientSecret;
import io.slipway.identity.client.HolderKey;
import io.slipway.identity.client.ServiceToken;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a broker at a real address that is away for a while. */
@Timeout(60)
class BrokerCallsTest {
  private static final Duration SHORT = Duration.ofMillis(5);

  @TempDir Path folder;

  private final List<String> notes = new CopyOnWriteArrayList<>();
  private final AtomicInteger away = new AtomicInteger();
  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer server;
  private volatile int status = 503;
  private volatile String code = "TaskApiUnavailable";

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/secrets", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    boolean isAway = away.getAndDecrement() > 0;
    Object body =
        isAway
            ? Map.of("error", Map.of("code", code, "message", "task-api is away"))
            : Map.of("value", "v");
    byte[] bytes = TestAgent.JSON.writeValueAsBytes(body);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(isAway ? status : 200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private BrokerCalls calls(Duration patience) throws Exception {
    String address = "http://127.0.0.1:" + server.getAddress().getPort();
    AgentConfig config = TestAgentConfig.of(folder, address, Map.of());
    BlockingHttp http = new BlockingHttp(TestAgent.JSON, config.caFile());
    ServiceToken token =
        new ServiceToken(
            address,
            "slipway-run-agent",
            new ClientSecret(config.client().secretFile()),
            http::postForm,
            InstantSource.system());
    RunLease lease = KeyVaultSecretStoreTest.lease();
    LeaseCalls leases = new LeaseCalls(config, http, token, HolderKey.fresh());
    BrokerCalls.Waits waits = new BrokerCalls.Waits(SHORT, SHORT, patience);
    return new BrokerCalls(http, address, leases, lease, notes::add, waits);
  }

  /** A minute of a stopped database is dozens of refusals: none of them may end a run. */
  @Test
  void shouldAskForAsLongAsItsPatienceLasts() throws Exception {
    away.set(30);

    assertThat(calls(Duration.ofMinutes(1)).call("/secrets", null).ok()).isTrue();

    assertThat(asked).hasValue(31);
    assertThat(notes).hasSize(30).first().asString().contains("task-api is away");
  }

  /** The ledger was away for longer than a lease: its end is seen before it is renewed. */
  @Test
  void shouldAskAgainWhenTheLeaseIsOverUntilTheFenceEndsTheAttempt() throws Exception {
    status = 403;
    code = "LeaseNotActive";
    away.set(10);

    assertThat(calls(Duration.ofMinutes(1)).call("/secrets", null).ok()).isTrue();
  }

  @Test
  void shouldTakeAnyOtherRefusalForAnAnswer() throws Exception {
    status = 403;
    code = "NotGranted";
    away.set(10);

    assertThat(calls(Duration.ofMinutes(1)).call("/secrets", null).code()).isEqualTo("NotGranted");
    assertThat(asked).hasValue(1);
  }

  @Test
  void shouldGiveUpWithTheReasonWhenItIsAwayForTooLong() throws Exception {
    away.set(Integer.MAX_VALUE);

    assertThatThrownBy(() -> calls(Duration.ofMillis(300)).call("/secrets", null))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("task-api is away");
    assertThat(asked.get()).isGreaterThan(5);
  }
}
