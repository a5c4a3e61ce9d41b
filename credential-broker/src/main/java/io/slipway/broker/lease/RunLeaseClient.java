package io.slipway.broker.lease;

import io.slipway.broker.BrokerException;
import io.slipway.broker.BrokerException.Upstream;
import io.slipway.broker.upstream.ServiceCalls;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpRequest;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Asks task-api, each time anew, whether an agent holds an attempt of a run. */
@ApplicationScoped
class RunLeaseClient {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private final ServiceCalls calls;
  private final String base;

  RunLeaseClient(
      ServiceCalls calls, @ConfigProperty(name = "slipway.task-api-url") String taskApiUrl) {
    this.calls = calls;
    this.base = taskApiUrl + "/internal/leases/";
  }

  /** Fails with 403 unless the agent of the token holds this attempt now. */
  Uni<Void> requireActive(RunClaims run) {
    String url = base + run.runUid() + "/" + run.attempt();
    return calls
        .send(
            Upstream.TASK_API,
            new ServiceCalls.Call(client -> client.getAbs(url), HttpRequest::send))
        .invoke(answer -> check(answer, run))
        .replaceWithVoid();
  }

  private static void check(HttpResponse<Buffer> answer, RunClaims run) {
    if (answer.statusCode() == 404) {
      throw BrokerException.leaseNotActive();
    }
    if (answer.statusCode() != 200) {
      throw BrokerException.unavailable(
          Upstream.TASK_API, "it answered " + answer.statusCode(), RETRY_AFTER);
    }
    JsonObject lease = answer.bodyAsJsonObject();
    if (!Boolean.TRUE.equals(lease.getValue("active"))
        || !run.agent().equals(lease.getValue("agent"))) {
      throw BrokerException.leaseNotActive();
    }
  }
}
