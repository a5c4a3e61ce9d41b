package io.slipway.identity.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.slipway.identity.arm.ArmException;
import io.slipway.identity.caller.Caller;
import io.slipway.identity.client.RegistryScope;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /internal/registry-tokens}: what {@code /oauth2/token} gives for a refresh token, for
 * many leases by one call.
 */
@Path("/internal/registry-tokens")
class RegistryTokensResource {
  private static final int MOST = 200;

  private final IssueRegistryTokens issueTokens;
  private final InstantSource clock;

  RegistryTokensResource(IssueRegistryTokens issueTokens, InstantSource clock) {
    this.issueTokens = issueTokens;
    this.clock = clock;
  }

  record Request(
      @Nullable String service,
      @Nullable String refreshToken,
      @Nullable List<@Nullable String> scopes,
      @Nullable UUID runUid,
      int attempt) {

    /** What is wanted; null if a field is missing. */
    IssueRegistryTokens.@Nullable Wanted wanted(Instant now) {
      if (service == null
          || service.isBlank()
          || refreshToken == null
          || refreshToken.isBlank()
          || runUid == null
          || attempt < 1) {
        return null;
      }
      List<String> texts =
          scopes == null ? List.of() : scopes.stream().map(String::valueOf).toList();
      return new IssueRegistryTokens.Wanted(
          service,
          refreshToken,
          texts,
          new Bond.Run(runUid.toString(), attempt, now.getEpochSecond()));
    }

    @Override
    public String toString() {
      return "Request[service=" + service + ", scopes=" + scopes + "]";
    }
  }

  record Requests(@Nullable List<@Nullable Request> requests) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Answer(
      int status,
      @Nullable String accessToken,
      @Nullable Long expiresIn,
      @Nullable List<String> granted,
      @Nullable Denied denied,
      @Nullable String message) {

    static Answer of(IssueRegistryTokens.Outcome outcome, Instant now) {
      return switch (outcome) {
        case IssueRegistryTokens.Issued issued ->
            new Answer(
                200,
                issued.token().token(),
                issued.token().secondsLeft(now),
                issued.granted().stream().map(RegistryScope::text).toList(),
                issued.denied(),
                null);
        case IssueRegistryTokens.Refused refused ->
            new Answer(
                refused.status(),
                null,
                null,
                null,
                null,
                refused.status() == 401 ? null : refused.message());
      };
    }

    @Override
    public String toString() {
      return "Answer[status=" + status + ", granted=" + granted + "]";
    }
  }

  record Answers(List<Answer> answers) {}

  @POST
  @RolesAllowed(Caller.BROKER)
  public Uni<Answers> issue(@Nullable Requests body) {
    if (body == null || body.requests() == null || body.requests().size() > MOST) {
      throw ArmException.invalid("InvalidRequest", "requests must be a list of at most " + MOST);
    }
    List<IssueRegistryTokens.@Nullable Wanted> wanted = new ArrayList<>();
    Instant asked = clock.instant();
    for (Request request : body.requests()) {
      wanted.add(request == null ? null : request.wanted(asked));
    }
    return issueTokens
        .issue(wanted)
        .map(outcomes -> {
          Instant now = clock.instant();
          return new Answers(outcomes.stream().map(one -> Answer.of(one, now)).toList());
        });
  }
}
