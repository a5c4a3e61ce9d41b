package io.slipway.broker.registry;

import io.slipway.broker.BrokerException;
import io.slipway.broker.BrokerException.Upstream;
import io.slipway.broker.upstream.ServiceCalls;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Gets grants to act as the identities of a run, which identity-service makes for task-api alone:
 * the broker can't choose as whom it acts.
 */
@ApplicationScoped
class ActAsGrants {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private final ServiceCalls calls;
  private final String url;

  ActAsGrants(
      ServiceCalls calls, @ConfigProperty(name = "slipway.task-api-url") String taskApiUrl) {
    this.calls = calls;
    this.url = taskApiUrl + "/internal/leases";
  }

  /** A grant for the run that is held with a token, for one of its principals alone. */
  Uni<String> of(String runToken, String principal) {
    return grant(new JsonObject().put("runToken", runToken).put("principal", principal));
  }

  /** A grant for the run that is held with a token, for the one that its task file names. */
  Uni<String> forVault(String runToken, NamedVault vault) {
    return grant(new JsonObject().put("runToken", runToken).put("vault", vault.json()));
  }

  private Uni<String> grant(JsonObject body) {
    return ask("/act-as", body).map(answer -> answer.bodyAsJsonObject().getString("grant"));
  }

  /** Says what the task file of the run that is held with a token names, once for a run. */
  Uni<Void> say(String runToken, List<NamedVault> vaults) {
    JsonArray reads = new JsonArray(vaults.stream().map(NamedVault::json).toList());
    return ask("/vault-reads", new JsonObject().put("runToken", runToken).put("reads", reads))
        .replaceWithVoid();
  }

  /** Fails with 403 if no run is held with the token, or it may not. */
  private Uni<HttpResponse<Buffer>> ask(String path, JsonObject body) {
    return calls
        .send(
            Upstream.TASK_API,
            new ServiceCalls.Call(
                client -> client.postAbs(url + path), request -> request.sendJsonObject(body)))
        .map(answer ->
            switch (answer.statusCode()) {
              case 200, 204 -> answer;
              case 403 -> throw refused(answer);
              case 404 -> throw BrokerException.leaseNotActive();
              default ->
                  throw BrokerException.unavailable(
                      Upstream.TASK_API, "it answered " + answer.statusCode(), RETRY_AFTER);
            });
  }

  private static BrokerException refused(HttpResponse<Buffer> answer) {
    try {
      JsonObject error = answer.bodyAsJsonObject().getJsonObject("error");
      return BrokerException.notGranted(error.getString("message"), Map.of());
    } catch (RuntimeException notItsAnswer) {
      return BrokerException.unavailable(Upstream.TASK_API, "it answered 403", RETRY_AFTER);
    }
  }
}
