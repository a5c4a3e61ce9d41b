package io.slipway.agent.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.slipway.agent.TestAgentConfig;
import io.slipway.agent.config.AgentConfig;
import io.slipway.agent.http.EgressProducer;
import io.slipway.agent.lease.RunLease;
import io.slipway.contract.agent.Platform;
import io.slipway.contract.agent.RunSpecification;
import io.slipway.contract.agent.TaskStep;
import io.slipway.identity.client.BlockingHttp;
import io.slipway.identity.client.CheckedHttp;
import io.slipway.identity.client.ClientSecret;
import io.slipway.identity.client.HolderKey;
import io.slipway.identity.client.ServiceToken;
import io.slipway.identity.client.TrustedAuthorities;
import io.slipway.identity.client.egress.CheckedConnections;
import io.slipway.identity.client.egress.EgressPolicy;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.plan.VaultAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a small server that speaks the vault's protocol over TLS, and the broker's call. */
class KeyVaultSecretStoreTest {
  private static final String VAULT = "my.vault.example";

  @TempDir Path folder;

  private final List<String> asked = new ArrayList<>();
  private List<String> leadsTo = List.of("127.0.0.1", "127.0.0.1");
  private int lookUps;
  private TestCertificate certificate;
  private HttpsServer server;
  private int refusals;
  private KeyVaultSecretStore store;

  @BeforeEach
  void start() throws Exception {
    certificate = TestCertificate.make(folder);
    server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
    server.createContext("/secrets/", this::vault);
    server.createContext("/vault-tokens", this::broker);
    server.start();
    String address = "https://127.0.0.1:" + server.getAddress().getPort();
    AgentConfig config = config(certificate.authority(), address);
    BlockingHttp http = new BlockingHttp(new ObjectMapper(), config.caFile());
    ServiceToken token =
        new ServiceToken(
            address,
            "slipway-run-agent",
            new ClientSecret(config.client().secretFile()),
            http::postForm,
            InstantSource.system());
    BrokerCalls broker =
        new BrokerCalls(
            http,
            address,
            new LeaseCalls(config, http, token, HolderKey.fresh()),
            lease(),
            note -> {});
    Map<String, URI> addresses = Map.of(VAULT, URI.create("https://" + VAULT + ":" + port()));
    EgressPolicy egress = EgressProducer.of(config).opening(List.of("127.0.0.1:" + port()));
    store =
        new KeyVaultSecretStore(
            new CheckedHttp<>(
                CheckedConnections.open(
                    egress,
                    TrustedAuthorities.context(List.of(certificate.authority())),
                    this::lookedUp),
                KeyVaultSecretStore::closed),
            new ObjectMapper(),
            broker,
            addresses);
  }

  private int port() {
    return server.getAddress().getPort();
  }

  private InetAddress[] lookedUp(String host) throws UnknownHostException {
    String address = host.equals(VAULT) ? leadsTo.get(Math.min(lookUps++, 1)) : host;
    return InetAddress.getAllByName(address);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  static RunLease lease() {
    RunSpecification spec =
        new RunSpecification(
            UUID.randomUUID(),
            "ca1",
            "r",
            "/registries/r",
            "127.0.0.1:1",
            null,
            1,
            new Platform("linux", "amd64", null),
            60,
            2,
            0,
            List.of(),
            Instant.EPOCH,
            List.of(),
            null,
            new TaskStep.EncodedTask(null, null, "", null, List.of(), List.of()),
            null);
    return new RunLease(spec, "the-run-token", System.nanoTime(), Duration.ofMinutes(5));
  }

  private static AgentConfig config(Path authority, String address) {
    return TestAgentConfig.mapped(
        Map.ofEntries(
            Map.entry("slipway.identity-url", address),
            Map.entry("slipway.broker-url", address),
            Map.entry("slipway.task-api-url", address),
            Map.entry("slipway.ca-file", authority.toString()),
            Map.entry("slipway.client.id", "slipway-run-agent"),
            Map.entry("slipway.client.secret-file", "none"),
            Map.entry("slipway.agent.name", "a"),
            Map.entry("slipway.agent.pool", "default"),
            Map.entry("slipway.agent.slots", "1"),
            Map.entry("slipway.agent.data-dir", "none"),
            Map.entry("slipway.agent.engine", "builtin"),
            Map.entry("slipway.agent.log-limit", "1000")));
  }

  private void broker(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    asked.add(exchange.getRequestHeaders().getFirst("Authorization") + " " + body);
    if (body.contains("forbidden.vault.example")) {
      answer(exchange, 403, "{\"error\":{\"code\":\"NotGranted\",\"message\":\"not this vault\"}}");
    } else {
      answer(exchange, 200, "{\"token\":\"the-vault-token\"}");
    }
  }

  private void vault(HttpExchange exchange) throws IOException {
    asked.add(
        exchange.getRequestHeaders().getFirst("Authorization") + " " + exchange.getRequestURI());
    if (refusals-- > 0) {
      answer(exchange, 503, "{}");
    } else if (exchange.getRequestURI().getPath().startsWith("/secrets/away")) {
      exchange.getResponseHeaders().add("Location", "/secrets/pass");
      answer(exchange, 302, "{}");
    } else if (exchange.getRequestURI().getPath().startsWith("/secrets/pass")) {
      answer(exchange, 200, "{\"value\":\"s3cret\",\"id\":\"https://x/secrets/pass/1\"}");
    } else {
      answer(
          exchange,
          404,
          "{\"error\":{\"code\":\"SecretNotFound\",\"message\":\"A secret with (name/id) none was"
              + " not found\"}}");
    }
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.getResponseHeaders().add("Connection", "close"); // each call looks the name up
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Test
  void shouldReadWithATokenOfTheNamedIdentity() throws Exception {
    Optional<String> value =
        store.read(
            VaultAddress.parse("https://" + VAULT + "/secrets/pass/v1"),
            "00000000-0000-0000-0000-000000000001");

    assertThat(value).contains("s3cret");
    assertThat(asked.get(0))
        .startsWith("Bearer the-run-token ")
        .contains("\"vault\":\"https://" + VAULT + "\"")
        .contains("\"clientId\":\"00000000-0000-0000-0000-000000000001\"");
    assertThat(asked.get(1)).isEqualTo("Bearer the-vault-token /secrets/pass/v1?api-version=7.4");
  }

  @Test
  void shouldComeBackWhenTheVaultIsBusy() throws Exception {
    refusals = 2;

    assertThat(store.read(VaultAddress.parse("https://" + VAULT + "/secrets/pass"), null))
        .contains("s3cret");
    assertThat(asked).hasSize(4);
  }

  @Test
  void shouldPassOnWhatTheVaultSays() {
    assertThatThrownBy(
            () -> store.read(VaultAddress.parse("https://" + VAULT + "/secrets/none"), null))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("none was not found");
  }

  @Test
  void shouldNotCallAVaultThatTheBrokerDoesNotAllow() {
    assertThatThrownBy(() ->
            store.read(VaultAddress.parse("https://forbidden.vault.example/secrets/pass"), null))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("not this vault");
    assertThat(asked).hasSize(1);
  }

  /** A name that the broker allows may lead anywhere; the vault's own address would answer here. */
  @Test
  void rejectsAVaultWhoseNameLeadsToTheMachine() {
    assertThatThrownBy(() -> store.read(VaultAddress.parse("https://127.0.0.1/secrets/pass"), null))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("slipway.agent.open-networks=127.0.0.1:443");
    assertThat(asked).hasSize(1);
  }

  /** DNS rebinding: between a check and the connection there is no second look-up. */
  @Test
  void rejectsANameThatLeadsElsewhereTheSecondTime() throws Exception {
    leadsTo = List.of("127.0.0.1", "127.0.0.2");
    VaultAddress secret = VaultAddress.parse("https://" + VAULT + "/secrets/pass");
    List<String> stranger = new ArrayList<>();
    HttpsServer second = HttpsServer.create(new InetSocketAddress("127.0.0.2", port()), 0);
    second.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
    second.createContext(
        "/",
        exchange -> {
          stranger.add(exchange.getRequestURI().toString());
          answer(exchange, 200, "{\"value\":\"of the stranger\"}");
        });
    second.start();
    try {
      assertThat(store.read(secret, null)).contains("s3cret");
      assertThat(lookUps).isEqualTo(1);

      assertThatThrownBy(() -> store.read(secret, null))
          .isInstanceOf(Refusal.class)
          .hasMessageStartingWith(
              "the vault " + VAULT + " is not allowed: 127.0.0.2 is on the machine itself");
      assertThat(lookUps).isEqualTo(2);
      assertThat(stranger).isEmpty();
    } finally {
      second.stop(0);
    }
  }

  @Test
  void shouldNotFollowAVaultElsewhere() {
    assertThatThrownBy(
            () -> store.read(VaultAddress.parse("https://" + VAULT + "/secrets/away"), null))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("it redirects");
  }

  @Test
  void shouldReadAddressesOfVaults() {
    assertThat(KeyVaultSecretStore.addresses(Optional.of("A.example=https://127.0.0.1:1, ")))
        .containsEntry("a.example", URI.create("https://127.0.0.1:1"));
    assertThatThrownBy(
            () -> KeyVaultSecretStore.addresses(Optional.of("a.example=http://127.0.0.1:1")))
        .hasMessageContaining("slipway.agent.vaults");
  }
}
