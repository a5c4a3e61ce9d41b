package io.slipway.builder.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** A token server as registries know it: grants what a user has, of what was asked for. */
final class TokenServer implements AutoCloseable {
  static final String SERVICE = "test-registry";
  static final String ISSUER = "test-issuer";

  private final HttpServer server;
  private final TestAuthority authority;
  final Map<String, Set<String>> rights = new ConcurrentHashMap<>();
  final Map<String, String> passwords = new ConcurrentHashMap<>();
  final List<String> asked = new CopyOnWriteArrayList<>();
  volatile long lifetimeSeconds = 300;

  TokenServer(TestAuthority authority) throws IOException {
    this.authority = authority;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/token", this::answer);
    server.start();
  }

  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  String realm() {
    return "http://" + address() + "/token";
  }

  Path certificate() {
    return authority.certificate();
  }

  /** Gives a user a right such as {@code app:push}. */
  void grant(String user, String... granted) {
    rights.computeIfAbsent(user, u -> ConcurrentHashMap.newKeySet()).addAll(Arrays.asList(granted));
    passwords.put(user, user + "-password");
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      List<String> scopes = new ArrayList<>();
      for (String parameter : exchange.getRequestURI().getRawQuery().split("&")) {
        if (parameter.startsWith("scope=")) {
          scopes.add(URLDecoder.decode(parameter.substring(6), StandardCharsets.UTF_8));
        }
      }
      asked.add(String.join(" ", scopes));
      String user = user(exchange);
      if (user == null) {
        respond(
            exchange,
            401,
            "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"wrong user or password\"}]}");
        return;
      }
      respond(exchange, 200, token(user, scopes));
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  private String user(HttpExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    if (header == null) {
      return "";
    }
    String[] pair =
        new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.UTF_8)
            .split(":", 2);
    return pair[1].equals(passwords.get(pair[0])) ? pair[0] : null;
  }

  private String token(String user, List<String> scopes) throws Exception {
    String access =
        scopes.stream()
            .map(scope -> scope.split(":"))
            .map(parts ->
                "{\"type\":\"repository\",\"name\":\""
                    + parts[1]
                    + "\",\"actions\":["
                    + Arrays.stream(parts[2].split(","))
                        .filter(action ->
                            rights.getOrDefault(user, Set.of()).contains(parts[1] + ":" + action))
                        .map(action -> "\"" + action + "\"")
                        .collect(Collectors.joining(","))
                    + "]}")
            .collect(Collectors.joining(","));
    long now = Instant.now().getEpochSecond();
    String header = "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"" + keyId() + "\"}";
    String claims =
        "{\"iss\":\""
            + ISSUER
            + "\",\"sub\":\""
            + user
            + "\",\"aud\":\""
            + SERVICE
            + "\",\"exp\":"
            + (now + lifetimeSeconds)
            + ",\"nbf\":"
            + (now - 5)
            + ",\"iat\":"
            + now
            + ",\"jti\":\""
            + System.nanoTime()
            + "\",\"access\":["
            + access
            + "]}";
    String text = encode(header.getBytes()) + "." + encode(claims.getBytes());
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(authority.privateKey());
    signature.update(text.getBytes());
    return "{\"token\":\""
        + text
        + "."
        + encode(signature.sign())
        + "\",\"expires_in\":"
        + lifetimeSeconds
        + "}";
  }

  /** The fingerprint by which distribution finds the key: base32 in groups of four. */
  private String keyId() throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(authority.x509().getPublicKey().getEncoded());
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    StringBuilder text = new StringBuilder();
    long bits = 0;
    int count = 0;
    for (int i = 0; i < 30; i++) {
      bits = bits << 8 | (hash[i] & 0xff);
      count += 8;
      while (count >= 5) {
        text.append(alphabet.charAt((int) (bits >> (count - 5)) & 31));
        count -= 5;
      }
    }
    return text.toString().replaceAll("(.{4})(?!$)", "$1:");
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static void respond(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
