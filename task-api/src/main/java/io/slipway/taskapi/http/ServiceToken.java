package io.slipway.taskapi.http;

import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.core.MultiMap;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** This service's own token for the others, got with its client secret and kept while it lasts. */
@ApplicationScoped
class ServiceToken {
  private static final Duration MARGIN = Duration.ofSeconds(60);

  private final OutboundHttp http;
  private final ClientSecret secret;
  private final InstantSource clock;
  private final String tokenUrl;
  private final String clientId;
  private volatile @Nullable Held held;

  ServiceToken(
      OutboundHttp http,
      ClientSecret secret,
      InstantSource clock,
      @ConfigProperty(name = "slipway.identity-url") String identityUrl,
      @ConfigProperty(name = "slipway.client.id", defaultValue = "slipway-task-api")
          String clientId) {
    this.http = http;
    this.secret = secret;
    this.clock = clock;
    this.tokenUrl = identityUrl + "/adfs/oauth2/token";
    this.clientId = clientId;
  }

  private record Held(String token, Instant until) {}

  /** A token that is good for a minute at least. */
  Uni<String> get() {
    Held current = held;
    if (current != null && clock.instant().isBefore(current.until())) {
      return Uni.createFrom().item(current.token());
    }
    MultiMap form =
        MultiMap.caseInsensitiveMultiMap()
            .add("grant_type", "client_credentials")
            .add("client_id", clientId)
            .add("client_secret", secret.text())
            .add("scope", "slipway-internal/.default");
    return http.client()
        .postAbs(tokenUrl)
        .timeout(OutboundHttp.TIMEOUT_MILLIS)
        .sendForm(form)
        .onFailure()
        .transform(failure -> Upstream.unavailable("identity-service", failure.toString()))
        .map(this::hold);
  }

  /** Forgets the token, since somebody refused it. */
  void forget() {
    held = null;
  }

  private String hold(HttpResponse<Buffer> answer) {
    if (answer.statusCode() >= 500) {
      throw Upstream.unavailable("identity-service", "status " + answer.statusCode());
    }
    if (answer.statusCode() != 200) {
      throw Upstream.refused(
          "identity-service", answer.statusCode(), "no service token for client " + clientId);
    }
    JsonObject body = answer.bodyAsJsonObject();
    String token = body.getString("access_token");
    long seconds = Long.parseLong(String.valueOf(body.getValue("expires_in")));
    held = new Held(token, clock.instant().plusSeconds(seconds).minus(MARGIN));
    return token;
  }
}
