package io.slipway.broker.commit;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.google.re2j.Pattern;
import io.slipway.broker.BrokerException;
import io.slipway.broker.caller.Caller;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Sets the state of a commit at its git provider, with a token of the owner. The token goes to the
 * server of the repository alone, over TLS, and what the provider says stays here.
 */
@Path("/internal/owners/{owner}/commit-statuses")
@RolesAllowed(Caller.TASK_API)
class CommitStatusResource {
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{12,64}");
  private static final Set<String> STATES =
      Set.of(StatusCall.PENDING, StatusCall.SUCCESS, StatusCall.FAILURE);

  private final ProviderCalls calls;

  CommitStatusResource(ProviderCalls calls) {
    this.calls = calls;
  }

  /**
   * What to say.
   *
   * @param secret name of the owner's secret that is the token
   */
  record Asked(@Nullable String secret, StatusCall.@Nullable Status status) {}

  /**
   * @param done whether there is nothing more to do: it is set, or never will be
   * @param problem why it is not set; null if it is, or if the owner has no such token
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Answer(boolean done, @Nullable String problem) {}

  /** Sets it; what is wrong at the provider is the answer too. */
  @POST
  public Uni<Answer> set(@PathParam("owner") UUID owner, @Nullable Asked asked) {
    StatusCall.Status status = asked == null ? null : asked.status();
    if (asked == null
        || status == null
        || asked.secret() == null
        || status.isIncomplete()
        || !COMMIT.matcher(String.valueOf(status.commit())).matches()
        || !STATES.contains(String.valueOf(status.state()))) {
      throw BrokerException.invalid(
          "InvalidStatus", "secret and status are needed, with a commit and one of " + STATES);
    }
    StatusCall call = StatusCall.of(status);
    return calls
        .token(owner, asked.secret())
        .chain(token ->
            token.isEmpty()
                ? Uni.createFrom().item(new Answer(true, null))
                : calls
                    .send(
                        new ProviderCalls.Call(
                            HttpMethod.POST,
                            call.address(),
                            call.token().of(token.get()),
                            call.body().encode()))
                    .map(sent ->
                        sent.problem() == null
                            ? answer(sent.code())
                            : new Answer(sent.isFinal(), sent.problem())));
  }

  private static Answer answer(int code) {
    return switch (code / 100) {
      case 2 -> new Answer(true, null);
      case 5 -> new Answer(false, "The provider answered " + code + ".");
      default ->
          code == 429
              ? new Answer(false, "The provider has had too many requests (429).")
              : new Answer(
                  true,
                  "The provider answered "
                      + code
                      + ": the token must be allowed to set states of commits.");
    };
  }
}
