package io.slipway.broker.commit;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.slipway.broker.BrokerException;
import io.slipway.broker.caller.Caller;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which commits the branches and tags of a repository are at, as far as a token of the owner opens
 * it; without one it is asked as nobody.
 */
@Path("/internal/owners/{owner}/git-refs")
@RolesAllowed(Caller.TASK_API)
class GitRefsResource {
  private final ProviderCalls calls;

  GitRefsResource(ProviderCalls calls) {
    this.calls = calls;
  }

  /**
   * What to ask for.
   *
   * @param secret name of the owner's secret that is the token
   */
  record Asked(@Nullable String secret, @Nullable String repository) {}

  /** One of the two is there. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Answer(@Nullable Map<String, String> refs, @Nullable String problem) {}

  /** Asks the server; what is wrong there is the answer too. */
  @POST
  public Uni<Answer> read(@PathParam("owner") UUID owner, @Nullable Asked asked) {
    String secret = asked == null ? null : asked.secret();
    String repository = asked == null ? null : asked.repository();
    if (secret == null || repository == null) {
      throw BrokerException.invalid("InvalidRepository", "secret and repository are needed.");
    }
    URI address;
    try {
      address = StatusCall.repository(repository);
    } catch (BrokerException unpolled) {
      return Uni.createFrom().item(new Answer(null, unpolled.getMessage()));
    }
    return calls
        .token(owner, secret)
        .chain(token ->
            calls.send(
                new ProviderCalls.Call(
                    HttpMethod.GET,
                    URI.create(address + "/info/refs?service=git-upload-pack"),
                    token.map(it -> TokenHeader.git(address, it)).orElse(Map.of()),
                    null)))
        .map(answer -> {
          Optional<Map<String, String>> refs =
              answer.code() == 200 ? RefAdvertisement.read(answer.body()) : Optional.empty();
          return refs.isPresent()
              ? new Answer(refs.get(), null)
              : new Answer(null, problem(answer));
        });
  }

  private static String problem(ProviderCalls.Answer answer) {
    if (answer.problem() != null) {
      return answer.problem();
    }
    return answer.code() == 200
        ? "The server of the repository does not speak git's smart protocol."
        : "The server of the repository answered " + answer.code() + ".";
  }
}
