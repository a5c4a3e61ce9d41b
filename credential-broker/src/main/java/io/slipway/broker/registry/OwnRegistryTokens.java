package io.slipway.broker.registry;

import io.slipway.broker.BrokerException;
import io.slipway.broker.BrokerException.Upstream;
import io.slipway.broker.rule.LoginServer;
import io.slipway.broker.upstream.Gathered;
import io.slipway.broker.upstream.Outcome;
import io.slipway.broker.upstream.ServiceCalls;
import io.slipway.identity.client.RegistryScope;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Access tokens for registries whose issuer is the platform's own, in one call for all who ask
 * meanwhile. identity-service decides each of them, by what the identity may do at that moment.
 */
@ApplicationScoped
class OwnRegistryTokens {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  /** identity-service answers no more in one call. */
  private static final int MOST = 200;

  private final ServiceCalls calls;
  private final String url;
  private final Gathered<Asked, JsonObject> gathered;

  OwnRegistryTokens(
      ServiceCalls calls, @ConfigProperty(name = "slipway.identity-url") String identityUrl) {
    this.calls = calls;
    this.url = identityUrl + "/internal/registry-tokens";
    this.gathered = new Gathered<>(MOST, Upstream.IDENTITY, this::call);
  }

  /**
   * What is asked for.
   *
   * @param server the registry
   * @param service its name at the issuer
   * @param refreshToken what the exchange gave
   * @param scopes for what; empty only tries the log-in
   * @param run for which run
   */
  record Asked(
      LoginServer server,
      String service,
      String refreshToken,
      List<RegistryScope> scopes,
      LogInAsIdentity.ForRun run) {
    private JsonObject json() {
      return new JsonObject()
          .put("service", service)
          .put("refreshToken", refreshToken)
          .put("runUid", run.uid().toString())
          .put("attempt", run.attempt())
          .put("scopes", new JsonArray(scopes.stream().map(RegistryScope::text).toList()));
    }

    @Override
    public String toString() {
      return "Asked[server=" + server.text() + ", scopes=" + scopes + "]";
    }
  }

  /** The token; fails with {@link RegistryClient.RefreshRefusedException} too. */
  Uni<RegistryClient.Token> token(Asked asked) {
    return gathered.ask(asked).map(answer -> read(asked, answer));
  }

  /** The same for many, in the same order. */
  Uni<List<Outcome<RegistryClient.Token>>> tokens(List<Asked> all) {
    return gathered
        .askAll(all)
        .map(answers -> {
          List<Outcome<RegistryClient.Token>> tokens = new ArrayList<>(answers.size());
          for (int i = 0; i < answers.size(); i++) {
            Asked asked = all.get(i);
            tokens.add(answers.get(i).then(answer -> read(asked, answer)));
          }
          return tokens;
        });
  }

  private Uni<List<JsonObject>> call(List<Asked> all) {
    JsonObject body =
        new JsonObject().put("requests", new JsonArray(all.stream().map(Asked::json).toList()));
    return calls
        .send(
            Upstream.IDENTITY,
            new ServiceCalls.Call(
                client -> client.postAbs(url), request -> request.sendJsonObject(body)))
        .map(answer -> answers(all.size(), answer));
  }

  private static List<JsonObject> answers(int asked, HttpResponse<Buffer> answer) {
    if (answer.statusCode() != 200) {
      throw away("it answered " + answer.statusCode());
    }
    JsonArray answers;
    try {
      answers = answer.bodyAsJsonObject().getJsonArray("answers", new JsonArray());
    } catch (DecodeException | ClassCastException other) {
      throw away("it answered something else than registry tokens");
    }
    if (answers.size() != asked) { // an answer of another length says nothing
      throw away("it answered for " + answers.size() + " of " + asked + " registry tokens");
    }
    return answers.stream()
        .map(one -> one instanceof JsonObject each ? each : new JsonObject())
        .toList();
  }

  private static RegistryClient.Token read(Asked asked, JsonObject answer) {
    int status = answer.getValue("status") instanceof Integer number ? number : 0;
    if (status == 401) {
      throw new RegistryClient.RefreshRefusedException();
    }
    if (status != 200) {
      throw RegistryClient.unavailable(asked.server(), "its token endpoint answered " + status);
    }
    if (!(answer.getValue("accessToken") instanceof String token) || token.isEmpty()) {
      throw RegistryClient.unavailable(asked.server(), "it answered without accessToken");
    }
    return new RegistryClient.Token(
        token, answer.getValue("denied") instanceof JsonObject denied ? denied : null);
  }

  private static BrokerException away(String why) {
    return BrokerException.unavailable(Upstream.IDENTITY, why, RETRY_AFTER);
  }
}
