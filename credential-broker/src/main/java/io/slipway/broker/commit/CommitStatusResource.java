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
    StatusCall call;
    try {
      call = StatusCall.of(status);
    } catch (BrokerException noCommits) {
      return Uni.createFrom().item(new Answer(true, noCommits.getMessage()));
    }
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
                            ? answer(status.provider(), sent)
                            : new Answer(sent.isFinal(), sent.problem())));
  }

  private static Answer answer(String provider, ProviderCalls.Answer sent) {
    int code = sent.code();
    // GitLab refuses to set what is set.
    boolean isSet = provider.equals("Gitlab") && code == 400 && sent.says("Cannot transition");
    if (code / 100 == 2 || isSet) {
      return new Answer(true, null);
    }
    if (code / 100 == 5) {
      return new Answer(false, "The provider answered " + code + ".");
    }
    return new Answer(
        true,
        "The provider answered "
            + code
            + (code == 404
                ? ": it has no such repository or commit, or does not show it to the token."
                : ": the token must be allowed to set states of commits."));
  }
}
