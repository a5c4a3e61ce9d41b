package io.slipway.broker.lease;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.slipway.broker.BrokerException;
import io.slipway.broker.caller.Caller;
import io.slipway.broker.caller.Refusals;
import io.slipway.broker.upstream.Outcome;
import io.slipway.identity.client.HolderKey;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /leases/batch}: an agent borrows credentials for many of its runs by one call. The
 * agent's own token opens the door, and each run's token, with the secret that it was claimed with,
 * what that run may have.
 */
@Path("/leases/batch")
@RolesAllowed(Caller.AGENT)
class LeaseBatchResource {
  private static final int MOST = 100;
  private static final int OK = 200;
  private static final int ASK_ALONE = 202;

  private final LendTogether lendTogether;
  private final LeaseMetrics metrics;

  LeaseBatchResource(LendTogether lendTogether, LeaseMetrics metrics) {
    this.lendTogether = lendTogether;
    this.metrics = metrics;
  }

  record Request(
      @Nullable String runToken,
      @Nullable String loginServer,
      @Nullable List<@Nullable String> scopes) {
    @Override
    public String toString() {
      return "Request[loginServer=" + loginServer + ", scopes=" + scopes + "]";
    }
  }

  record Requests(@Nullable List<@Nullable Request> requests) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Answer(
      int status,
      @Nullable CredentialLease lease,
      @Nullable Map<String, String> error,
      @Nullable Long retryAfter) {}

  record Answers(List<Answer> answers) {}

  @POST
  public Uni<Response> lend(
      @HeaderParam(HolderKey.HEADER) @Nullable String key, @Nullable Requests body) {
    if (body == null || body.requests() == null) {
      throw BrokerException.invalid("InvalidRequest", "'requests' is missing.");
    }
    if (body.requests().size() > MOST) {
      throw BrokerException.invalid(
          "InvalidRequest", "At most " + MOST + " leases can be asked for at once.");
    }
    List<LendTogether.Asked> asked =
        body.requests().stream().map(LeaseBatchResource::asked).toList();
    return metrics
        .timedTogether(() -> lendTogether.lend(asked, key))
        .map(outcomes -> new Answers(outcomes.stream().map(LeaseBatchResource::answer).toList()))
        .map(answers -> Response.ok(answers).header(HttpHeaders.CACHE_CONTROL, "no-store").build());
  }

  private static LendTogether.Asked asked(@Nullable Request request) {
    return request == null
        ? new LendTogether.Asked(null, new WantedLease(null, null))
        : new LendTogether.Asked(
            request.runToken(), new WantedLease(request.loginServer(), request.scopes()));
  }

  private static Answer answer(Outcome<Optional<CredentialLease>> outcome) {
    Throwable failure = outcome.failure();
    if (failure == null) {
      return outcome
          .result()
          .map(lease -> new Answer(OK, lease, null, null))
          .orElseGet(() -> new Answer(ASK_ALONE, null, null, null));
    }
    BrokerException refusal = Refusals.of(failure);
    return new Answer(
        refusal.status(),
        null,
        Refusals.fields(refusal),
        refusal.retryAfter().map(pause -> Math.max(1, pause.toSeconds())).orElse(null));
  }
}
