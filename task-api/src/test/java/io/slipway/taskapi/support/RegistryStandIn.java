package io.slipway.taskapi.support;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The two management calls of the registry service, which is built after this module; and the
 * issuer's keys with one more, so that tests can sign tokens that only their content makes bad.
 */
public final class RegistryStandIn implements AutoCloseable {
  public static final String TEST_KEY_ID = "TEST:KEY";

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final KeyPair key;
  private final Map<String, String> open = new ConcurrentHashMap<>();
  private volatile String issuer = "";
  private volatile boolean broken;
  private volatile String refused = "";
  private volatile Runnable opening = () -> {};
  private int nextPort = 20_001;

  RegistryStandIn() throws Exception {
    key = keyPair();
    server =
        vertx
            .createHttpServer()
            .requestHandler(this::handle)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get();
  }

  String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  void issuer(String identityUrl) {
    issuer = identityUrl;
  }

  /** A key whose tokens verify. */
  public KeyPair key() {
    return key;
  }

  /** Login servers by name of the registry. */
  public Map<String, String> open() {
    return open;
  }

  /** Makes it answer 503 until told otherwise. */
  public void broken(boolean isBroken) {
    broken = isBroken;
  }

  /** Makes it answer 400 to the opening of this registry, or of none. */
  public void refuse(String name) {
    refused = name == null ? "" : name;
  }

  /** What happens while a login server is opened; blocks the answer. */
  public void whileOpening(Runnable work) {
    opening = work;
  }

  private void handle(HttpServerRequest request) {
    if (request.path().equals("/keys")) {
      issuerKeys().onSuccess(keys -> request.response().end(withOwn(keys).encode()));
      return;
    }
    String name = request.path().substring(request.path().lastIndexOf('/') + 1);
    String authorization = request.getHeader("Authorization");
    if (authorization == null || !authorization.startsWith("Bearer ey")) {
      request.response().setStatusCode(401).end();
    } else if (broken) {
      request.response().setStatusCode(503).end();
    } else if (request.method() == HttpMethod.PUT && name.equals(refused)) {
      request.response().setStatusCode(400).end();
    } else if (request.method() == HttpMethod.PUT) {
      vertx
          .executeBlocking(
              () -> {
                opening.run();
                return open.computeIfAbsent(name, ignored -> "127.0.0.1:" + nextPort++);
              },
              false)
          .onSuccess(loginServer ->
              request
                  .response()
                  .end(new JsonObject().put("name", name).put("loginServer", loginServer).encode()))
          .onFailure(failed -> request.response().setStatusCode(500).end());
    } else {
      open.remove(name);
      request.response().setStatusCode(204).end();
    }
  }

  private Future<JsonArray> issuerKeys() {
    return vertx
        .createHttpClient()
        .request(new RequestOptions().setAbsoluteURI(issuer + "/adfs/discovery/keys"))
        .compose(HttpClientRequest::send)
        .compose(HttpClientResponse::body)
        .map(body -> body.toJsonObject().getJsonArray("keys"));
  }

  private JsonObject withOwn(JsonArray issuerKeys) {
    RSAPublicKey own = (RSAPublicKey) key.getPublic();
    return new JsonObject()
        .put(
            "keys",
            issuerKeys
                .copy()
                .add(
                    new JsonObject()
                        .put("kty", "RSA")
                        .put("use", "sig")
                        .put("alg", "RS256")
                        .put("kid", TEST_KEY_ID)
                        .put("n", number(own.getModulus()))
                        .put("e", number(own.getPublicExponent()))));
  }

  private static String number(BigInteger number) {
    byte[] bytes = number.toByteArray();
    int start = bytes[0] == 0 ? 1 : 0;
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Arrays.copyOfRange(bytes, start, bytes.length));
  }

  static KeyPair keyPair() throws NoSuchAlgorithmException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  @Override
  public void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get();
  }
}
