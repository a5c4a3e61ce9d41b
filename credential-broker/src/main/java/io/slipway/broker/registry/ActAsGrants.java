package io.slipway.broker.registry;

import io.slipway.broker.BrokerException;
import io.slipway.broker.BrokerException.Upstream;
import io.slipway.broker.upstream.ServiceCalls;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;
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
    this.url = taskApiUrl + "/internal/leases/act-as";
  }

  /** A grant for the run that is held with a token, for one of its principals alone. */
  Uni<String> of(String runToken, UUID principal) {
    return of(new JsonObject().put("runToken", runToken).put("principal", principal.toString()));
  }

  /** A grant for the run that is held with a token, for those that it may read vaults as. */
  Uni<String> forVault(String runToken) {
    return of(new JsonObject().put("runToken", runToken).put("vault", true));
  }

  /** Fails with 403 if no run is held with the token. */
  private Uni<String> of(JsonObject body) {
    return calls
        .send(
            Upstream.TASK_API,
            new ServiceCalls.Call(
                client -> client.postAbs(url), request -> request.sendJsonObject(body)))
        .map(answer ->
            switch (answer.statusCode()) {
              case 200 -> answer.bodyAsJsonObject().getString("grant");
              case 404 -> throw BrokerException.leaseNotActive();
              default ->
                  throw BrokerException.unavailable(
                      Upstream.TASK_API, "it answered " + answer.statusCode(), RETRY_AFTER);
            });
  }
}
