package io.slipway.broker.lease;

import io.slipway.broker.BrokerException;
import io.slipway.broker.BrokerException.Upstream;
import io.slipway.broker.upstream.Gathered;
import io.slipway.broker.upstream.Outcome;
import io.slipway.broker.upstream.ServiceCalls;
import io.slipway.identity.client.HolderKey;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Asks task-api, each time anew, what is held with a run token. Nothing of an answer is kept: a
 * lease may be over a moment later.
 */
@ApplicationScoped
class RunLeases {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
  private static final int MOST_TOKENS = 500;

  private final ServiceCalls calls;
  private final String url;
  private final Gathered<String, Optional<RunLease>> checks;

  RunLeases(ServiceCalls calls, @ConfigProperty(name = "slipway.task-api-url") String taskApiUrl) {
    this.calls = calls;
    this.url = taskApiUrl + "/internal/leases/checks";
    this.checks = new Gathered<>(MOST_TOKENS, Upstream.TASK_API, this::check);
  }

  /**
   * What is held with the token now; fails with 403 if nothing is, or if the token is another
   * process's than the one that shows it.
   *
   * @param key secret that the caller shows beside the token
   */
  Uni<RunLease> require(String token, @Nullable String key) {
    requireKey(key);
    return checks.ask(token).map(held -> ofHolder(held, key));
  }

  private static void requireKey(@Nullable String key) {
    if (key == null || key.isBlank()) {
      throw BrokerException.invalidRunToken(
          "The header "
              + HolderKey.HEADER
              + " is missing: a run token is good with the secret of the agent that claimed the"
              + " run.");
    }
  }

  private static RunLease ofHolder(Optional<RunLease> held, @Nullable String key) {
    return held.filter(lease -> HolderKey.isOf(key, lease.holder()))
        .orElseThrow(BrokerException::leaseNotActive);
  }

  /** The same for many, in the same order. */
  Uni<List<Outcome<RunLease>>> require(List<String> tokens, @Nullable String key) {
    requireKey(key);
    return checks
        .askAll(tokens)
        .map(all -> all.stream().map(one -> one.then(held -> ofHolder(held, key))).toList());
  }

  private Uni<List<Optional<RunLease>>> check(List<String> tokens) {
    JsonObject body = new JsonObject().put("tokens", new JsonArray(tokens));
    return calls
        .send(
            Upstream.TASK_API,
            new ServiceCalls.Call(
                client -> client.postAbs(url), request -> request.sendJsonObject(body)))
        .map(answer -> leases(tokens, answer));
  }

  private static List<Optional<RunLease>> leases(List<String> tokens, HttpResponse<Buffer> answer) {
    if (answer.statusCode() != 200) {
      throw unavailable("it answered " + answer.statusCode());
    }
    JsonArray leases = answer.bodyAsJsonObject().getJsonArray("leases", new JsonArray());
    if (leases.size() != tokens.size()) { // an answer of another length says nothing
      throw unavailable("it answered for " + leases.size() + " of " + tokens.size() + " tokens");
    }
    return IntStream.range(0, tokens.size())
        .mapToObj(i ->
            Optional.ofNullable(leases.getJsonObject(i))
                .map(lease -> RunLease.read(tokens.get(i), lease)))
        .toList();
  }

  private static BrokerException unavailable(String why) {
    return BrokerException.unavailable(Upstream.TASK_API, why, RETRY_AFTER);
  }
}
