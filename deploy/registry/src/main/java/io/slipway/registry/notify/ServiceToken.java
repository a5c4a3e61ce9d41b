package io.slipway.registry.notify;

import io.slipway.registry.RegistryConfig;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The registry's own token for calls to other services; fetched anew before it ends. */
@ApplicationScoped
class ServiceToken {
  private final RegistryConfig config;
  private final InstantSource clock;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private String token = "";
  private Instant renewAt = Instant.EPOCH;

  ServiceToken(RegistryConfig config, InstantSource clock) {
    this.config = config;
    this.clock = clock;
  }

  synchronized String get() throws IOException, InterruptedException {
    if (clock.instant().isAfter(renewAt)) {
      JsonObject answer = fetch();
      token = answer.getString("access_token");
      renewAt = clock.instant().plusSeconds(answer.getInteger("expires_in") / 2);
    }
    return token;
  }

  private JsonObject fetch() throws IOException, InterruptedException {
    String secret = Files.readString(config.client().secretFile().orElseThrow()).strip();
    String form =
        "grant_type=client_credentials&scope=slipway-internal%2F.default&client_id="
            + encoded(config.client().id().orElseThrow())
            + "&client_secret="
            + encoded(secret);
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(config.identityUrl().orElseThrow() + "/adfs/oauth2/token"))
            .timeout(Duration.ofSeconds(20))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("identity-service answered " + response.statusCode());
    }
    return new JsonObject(response.body());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
