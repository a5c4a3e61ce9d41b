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
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes a hook at a git provider with a token of the owner, unless it is there. */
@Path("/internal/owners/{owner}/hooks")
@RolesAllowed(Caller.TASK_API)
class HookResource {
  private final ProviderCalls calls;

  HookResource(ProviderCalls calls) {
    this.calls = calls;
  }

  /**
   * What to make.
   *
   * @param secret name of the owner's secret that is the token
   */
  record Asked(@Nullable String secret, HookCall.@Nullable Hook hook) {}

  /**
   * @param problem why the provider has no such hook; null if it has
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Answer(@Nullable String problem) {}

  /** Makes it; what is wrong at the provider is the answer too. */
  @POST
  public Uni<Answer> make(@PathParam("owner") UUID owner, @Nullable Asked asked) {
    HookCall.Hook hook = asked == null ? null : asked.hook();
    if (asked == null || hook == null || asked.secret() == null || hook.isIncomplete()) {
      throw BrokerException.invalid("InvalidHook", "secret and hook are needed.");
    }
    HookCall call;
    try {
      call = HookCall.of(hook);
    } catch (BrokerException none) {
      return Uni.createFrom().item(new Answer(none.getMessage()));
    }
    return calls
        .token(owner, asked.secret())
        .chain(token ->
            token.isEmpty()
                ? Uni.createFrom().item(new Answer("The trigger has no token."))
                : make(call, hook.address(), token.get()));
  }

  private Uni<Answer> make(HookCall call, String address, String token) {
    return calls
        .send(
            new ProviderCalls.Call(
                HttpMethod.GET, call.list(), call.authorization().of(token), null))
        .chain(list ->
            list.code() == 200 && has(list.body(), address)
                ? Uni.createFrom().item(new Answer(null))
                : list.code() == 200
                    ? calls
                        .send(
                            new ProviderCalls.Call(
                                HttpMethod.POST,
                                call.hooks(),
                                call.authorization().of(token),
                                call.body().encode()))
                        .map(HookResource::answer)
                    : Uni.createFrom().item(answer(list)));
  }

  /** An address of a hook has no letter that JSON would write otherwise but slashes. */
  private static boolean has(byte[] list, String address) {
    return new String(list, StandardCharsets.UTF_8).replace("\\/", "/").contains(address);
  }

  private static Answer answer(ProviderCalls.Answer sent) {
    if (sent.problem() != null) {
      return new Answer(sent.problem());
    }
    return sent.code() / 100 == 2
        ? new Answer(null)
        : new Answer(
            "The provider answered %d: the token must be allowed to make webhooks."
                .formatted(sent.code()));
  }
}
