package io.slipway.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A server that speaks the part of Azure Key Vault's protocol that agents use, and lets each
 * principal read what it was given; what it is asked with, it keeps for the tests.
 */
final class Vault implements AutoCloseable {
  /** Its host, as task files name it. */
  static final String HOST = "my.vault.test";

  static final String RESOURCE = "https://vault.test";
  private static final int PORT = 99;

  private final HttpsServer server;

  /** Secrets by principal and name. */
  private final Map<String, String> secrets = new ConcurrentHashMap<>();

  final List<JsonNode> tokens = new CopyOnWriteArrayList<>();

  Vault(Platform platform) throws IOException, GeneralSecurityException {
    server =
        HttpsServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), platform.portBase() + PORT), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls(platform.state().resolve("tls"))));
    server.createContext("/secrets/", this::answer);
    server.start();
  }

  /** Settings of agents that know of the vault, and of a folder with secrets. */
  static Map<String, String> agents(Platform platform) {
    return Map.of(
        "slipway.agent.vaults",
        HOST + "=https://127.0.0.1:" + (platform.portBase() + PORT),
        "slipway.agent.secrets-folder",
        folder(platform).toString());
  }

  /** Where the agents look for secrets in files. */
  static Path folder(Platform platform) {
    return platform.state().resolve("vaults");
  }

  /** Lets a principal read a secret. */
  void give(String principal, String name, String value) {
    secrets.put(principal + " " + name, value);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
      String name = exchange.getRequestURI().getPath().replaceFirst("/secrets/", "");
      if (!authorization.startsWith("Bearer ")) {
        say(exchange, 401, error("Unauthorized", "a token is wanted"));
        return;
      }
      JsonNode token = Services.claims(authorization.substring("Bearer ".length()));
      tokens.add(token);
      String value = secrets.get(token.path("oid").asText() + " " + name);
      if (value == null) {
        say(exchange, 403, error("Forbidden", "the caller may not read " + name));
      } else {
        say(exchange, 200, Services.JSON.createObjectNode().put("value", value).toString());
      }
    }
  }

  private static String error(String code, String message) {
    return "{\"error\":{\"code\":\"%s\",\"message\":\"%s\"}}".formatted(code, message);
  }

  private static void say(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** TLS with the platform's own certificate, which its agents trust. */
  private static SSLContext tls(Path folder) throws IOException, GeneralSecurityException {
    String pem =
        Files.readString(folder.resolve("server.key")).replaceAll("-----[A-Z ]+-----|\\s", "");
    PrivateKey key =
        KeyFactory.getInstance("EC")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
    Certificate[] chain;
    try (var in = Files.newInputStream(folder.resolve("server.pem"))) {
      chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(in)
              .toArray(Certificate[]::new);
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry("vault", key, new char[0], chain);
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
