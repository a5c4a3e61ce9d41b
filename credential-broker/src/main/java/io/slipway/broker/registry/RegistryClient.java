package io.slipway.broker.registry;

import io.slipway.broker.BrokerException;
import io.slipway.broker.BrokerException.Upstream;
import io.slipway.broker.rule.LoginServer;
import io.slipway.broker.rule.TokenEndpoint;
import io.slipway.identity.client.Challenge;
import io.slipway.identity.client.ReactiveHttp;
import io.slipway.identity.client.RegistryScope;
import io.slipway.identity.client.RetryPolicy;
import io.slipway.identity.client.egress.EgressRefusedException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.core.MultiMap;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpRequest;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import io.vertx.mutiny.ext.web.codec.BodyCodec;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Speaks with registries: challenge, exchange, token. */
@ApplicationScoped
class RegistryClient {
  private static final Logger LOG = Logger.getLogger(RegistryClient.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
  private static final BodyCodec<Buffer> BOUNDED =
      BodyCodec.newInstance(BoundedBody.codec(), Buffer.__TYPE_ARG);

  private final ReactiveHttp http;
  private final RegistryConfig config;

  RegistryClient(ReactiveHttp http, RegistryConfig config) {
    this.http = http;
    this.config = config;
  }

  /** What the exchange said. */
  sealed interface Exchange {
    record Granted(String refreshToken) implements Exchange {
      @Override
      public String toString() {
        return "Granted[***]";
      }
    }

    /**
     * The identity has no right at all; {@code detail} may say more, if it is a trusted issuer's.
     */
    record Denied(@Nullable JsonObject detail) implements Exchange {}
  }

  /** The refresh token is no longer accepted: its key or its principal is gone. */
  static final class RefreshRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** An access token, and what the registry says was lacking. */
  record Token(String accessToken, @Nullable JsonObject denied) {
    @Override
    public String toString() {
      return "Token[***]";
    }
  }

  /** Finds the registry's token endpoint. */
  Uni<TokenEndpoint> challenge(LoginServer server) {
    String url = config.address(server) + "/v2/";
    return http.send(
            config.egress(),
            HttpMethod.GET,
            url,
            request -> request.timeout(ReactiveHttp.ANSWER_MILLIS).as(BOUNDED).send())
        .onFailure()
        .transform(failure -> unreachable(server, failure))
        .map(answer -> endpoint(server, answer));
  }

  private TokenEndpoint endpoint(LoginServer server, HttpResponse<Buffer> answer) {
    if (RetryPolicy.isTransient(answer.statusCode())) {
      throw unavailable(server, "it answered " + answer.statusCode());
    }
    Challenge challenge =
        Challenge.parse(answer.headers().getAll("WWW-Authenticate"))
            .filter(how -> how.scheme() == Challenge.Scheme.BEARER && !how.service().isEmpty())
            .orElseThrow(() ->
                unavailable(
                    server,
                    "it asks for no token (status "
                        + answer.statusCode()
                        + " without a Bearer challenge), so an identity can't log in"));
    TokenEndpoint.Checked checked = TokenEndpoint.check(server, challenge, config.trust());
    return checked
        .endpoint()
        .orElseThrow(() ->
            BrokerException.registryNotTrusted(
                "The registry " + server.text() + " is not trusted: " + checked.refusal() + "."));
  }

  /**
   * Exchanges an identity's token for a refresh token of the registry.
   *
   * @param token good for this exchange alone
   * @param scopes what the token is for; the platform's own issuer names the roles for it if it
   *     refuses
   */
  Uni<Exchange> exchange(
      LoginServer server, TokenEndpoint endpoint, String token, List<RegistryScope> scopes) {
    MultiMap form =
        MultiMap.caseInsensitiveMultiMap()
            .add("grant_type", "access_token")
            .add("service", endpoint.service())
            .add("access_token", token);
    if (config.isOwn(endpoint)) {
      scopes.forEach(scope -> form.add("scope", scope.text()));
    }
    return post(server, endpoint, endpoint.exchange(), form)
        .map(answer ->
            switch (answer.statusCode()) {
              case 200 -> new Exchange.Granted(text(server, answer, "refresh_token"));
              case 401, 403 ->
                  new Exchange.Denied(config.isTrusted(endpoint) ? detail(answer) : null);
              default -> throw unavailable(server, "its exchange answered " + answer.statusCode());
            });
  }

  /** Gets an access token for scopes; fails with {@link RefreshRefusedException} too. */
  Uni<Token> token(
      LoginServer server, TokenEndpoint endpoint, String refreshToken, List<RegistryScope> scopes) {
    MultiMap form =
        MultiMap.caseInsensitiveMultiMap()
            .add("grant_type", "refresh_token")
            .add("service", endpoint.service())
            .add("refresh_token", refreshToken);
    scopes.forEach(scope -> form.add("scope", scope.text()));
    return post(server, endpoint, endpoint.realm().toString(), form)
        .map(answer -> {
          if (answer.statusCode() == 401) {
            throw new RefreshRefusedException();
          }
          if (answer.statusCode() != 200) {
            throw unavailable(server, "its token endpoint answered " + answer.statusCode());
          }
          Object denied = json(answer).map(body -> body.getValue("denied")).orElse(null);
          return new Token(
              text(server, answer, "access_token"),
              denied instanceof JsonObject detail && config.isTrusted(endpoint) ? detail : null);
        });
  }

  private Uni<HttpResponse<Buffer>> post(
      LoginServer server, TokenEndpoint endpoint, String url, MultiMap form) {
    Function<HttpRequest<Buffer>, Uni<HttpResponse<Buffer>>> send =
        request -> request.timeout(ReactiveHttp.ANSWER_MILLIS).as(BOUNDED).sendForm(form);
    Uni<HttpResponse<Buffer>> sent =
        config.isOwn(endpoint)
            ? http.send(client -> send.apply(client.postAbs(config.direct(url))))
            : http.send(config.egress(), HttpMethod.POST, url, send);
    return sent.onFailure()
        .transform(failure ->
            config.isOwn(endpoint)
                ? identityAway(failure.getClass().getSimpleName(), RETRY_AFTER)
                : unreachable(server, failure))
        .invoke(answer -> {
          if (RetryPolicy.isTransient(answer.statusCode())) {
            String why = "it answered " + answer.statusCode();
            Duration pause =
                RetryPolicy.retryAfter(answer.getHeader("Retry-After")).orElse(RETRY_AFTER);
            throw config.isOwn(endpoint) ? identityAway(why, pause) : unavailable(server, why);
          }
        });
  }

  private static Optional<JsonObject> json(HttpResponse<Buffer> answer) {
    try {
      return Optional.ofNullable(answer.bodyAsJsonObject());
    } catch (DecodeException none) {
      return Optional.empty();
    }
  }

  private static String text(LoginServer server, HttpResponse<Buffer> answer, String field) {
    return json(answer)
        .map(body -> body.getValue(field))
        .filter(String.class::isInstance)
        .map(String.class::cast)
        .filter(value -> !value.isEmpty())
        .orElseThrow(() -> unavailable(server, "it answered without " + field));
  }

  private static @Nullable JsonObject detail(HttpResponse<Buffer> answer) {
    return json(answer)
        .map(body -> body.getValue("errors"))
        .filter(JsonArray.class::isInstance)
        .map(JsonArray.class::cast)
        .filter(errors -> !errors.isEmpty() && errors.getValue(0) instanceof JsonObject)
        .map(errors -> errors.getJsonObject(0).getValue("detail"))
        .filter(JsonObject.class::isInstance)
        .map(JsonObject.class::cast)
        .orElse(null);
  }

  static BrokerException refused(LoginServer server) {
    return unavailable(server, "its token endpoint answered 401");
  }

  private static BrokerException identityAway(String why, Duration pause) {
    return BrokerException.unavailable(Upstream.IDENTITY, why, pause);
  }

  static BrokerException unreachable(LoginServer server, Throwable failure) {
    if (failure instanceof BrokerException known) {
      return known;
    }
    if (failure instanceof EgressRefusedException
        || failure instanceof BoundedBody.TooLargeException) {
      return unavailable(server, String.valueOf(failure.getMessage()));
    }
    // Which way it failed would tell a user what listens where in the networks behind this service.
    LOG.infof("the registry %s can't be reached: %s", server.text(), failure);
    return unavailable(
        server, "it can't be reached, or does not speak TLS with a certificate that is trusted");
  }

  static BrokerException unavailable(LoginServer server, String why) {
    return BrokerException.registryUnavailable(
        "The registry " + server.text() + " is not available: " + why + ".");
  }
}
