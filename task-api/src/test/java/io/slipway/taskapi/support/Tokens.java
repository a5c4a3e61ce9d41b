package io.slipway.taskapi.support;

import io.slipway.contract.RequestDigest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Tokens for tests: real ones of identity-service, and bad ones made here. */
public final class Tokens {
  private static final Map<String, String> KEPT = new ConcurrentHashMap<>();

  private Tokens() {}

  /** ARM token of the platform's administrator. */
  public static String administrator() {
    return arm("slipway-administrator");
  }

  /** ARM token of a client. */
  public static String arm(String client) {
    return token(client, Installation.ARM + "/.default");
  }

  /** Service token of a client for the service under test. */
  public static String service(String client) {
    return service(client, "slipway-task-api");
  }

  /** Service token of a client for one receiver. */
  public static String service(String client, String receiver) {
    return token(client, receiver + "/.default");
  }

  /** Adds the assertion that a client sends this event. */
  public static void vouch(String client, String key, Map<String, String> headers, byte[] data) {
    Api.Answer answer =
        Api.with(arm(client))
            .atIdentity()
            .post(
                "/oauth2/run-requests",
                "{'digests':['" + RequestDigest.of(key, headers, data) + "']}");
    if (answer.status() != 200) {
      throw new IllegalStateException(answer.toString());
    }
    headers.put(RequestDigest.ASSERTION, answer.at("/assertions/0"));
  }

  private static String token(String client, String scope) {
    return KEPT.computeIfAbsent(
        Platform.running().identityUrl() + client + scope,
        ignored -> get(client, scope, Platform.running().installation().secret(client)));
  }

  private static String get(String client, String scope, String secret) {
    String form =
        "grant_type=client_credentials&client_id="
            + client
            + "&client_secret="
            + secret
            + "&scope="
            + URLEncoder.encode(scope, StandardCharsets.UTF_8);
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(
                      URI.create(Platform.running().identityUrl() + "/adfs/oauth2/token"))
                  .header("Content-Type", "application/x-www-form-urlencoded")
                  .POST(HttpRequest.BodyPublishers.ofString(form))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(answer.statusCode() + " " + answer.body());
      }
      return new JsonObject(answer.body()).getString("access_token");
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** Claims of a good ARM token of the administrator, to be made bad. */
  public static JsonObject administratorClaims() {
    return claims(administrator());
  }

  /** Claims of a token. */
  public static JsonObject claims(String token) {
    String body = token.split("\\.")[1];
    return new JsonObject(new String(Base64.getUrlDecoder().decode(body), StandardCharsets.UTF_8));
  }

  /** A token signed with RS256 by a key. */
  public static String signed(JsonObject claims, String kid, PrivateKey key) throws Exception {
    String head =
        part(new JsonObject().put("alg", "RS256").put("typ", "JWT").put("kid", kid))
            + "."
            + part(claims);
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(key);
    signature.update(head.getBytes(StandardCharsets.UTF_8));
    return head + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
  }

  /** A part of a token. */
  public static String part(JsonObject object) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(object.encode().getBytes(StandardCharsets.UTF_8));
  }
}
