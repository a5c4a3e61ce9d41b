package io.slipway.broker.upstream;

import io.slipway.broker.BrokerException;
import io.slipway.broker.BrokerException.Upstream;
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
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The token that this service shows to the others; it is kept until shortly before its end. */
@ApplicationScoped
class ServiceToken {
  private static final Logger LOG = Logger.getLogger(ServiceToken.class);
  private static final Duration MARGIN = Duration.ofMinutes(1);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

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
      @ConfigProperty(name = "slipway.client.id", defaultValue = "slipway-credential-broker")
          String clientId) {
    this.http = http;
    this.secret = secret;
    this.clock = clock;
    this.tokenUrl = identityUrl + "/adfs/oauth2/token";
    this.clientId = clientId;
  }

  private record Held(String token, Instant until) {
    @Override
    public String toString() {
      return "Held[until=" + until + "]";
    }
  }

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
    return http.send(
            client -> client.postAbs(tokenUrl).timeout(OutboundHttp.ANSWER_MILLIS).sendForm(form))
        .onFailure()
        .transform(failure -> unavailable(failure.getClass().getSimpleName()))
        .map(this::hold);
  }

  /** Forgets the token, since somebody refused it. */
  void forget() {
    held = null;
  }

  private String hold(HttpResponse<Buffer> answer) {
    if (answer.statusCode() != 200) {
      LOG.errorf(
          "action=get-service-token client=%s status=%d: is slipway.client.secret-file the one that"
              + " identity-service knows?",
          clientId, answer.statusCode());
      throw unavailable("it gave no service token (status " + answer.statusCode() + ")");
    }
    JsonObject body = answer.bodyAsJsonObject();
    String token = body.getString("access_token");
    long seconds = Long.parseLong(String.valueOf(body.getValue("expires_in")));
    held = new Held(token, clock.instant().plusSeconds(seconds).minus(MARGIN));
    return token;
  }

  private static BrokerException unavailable(String why) {
    return BrokerException.unavailable(Upstream.IDENTITY, why, RETRY_AFTER);
  }
}
