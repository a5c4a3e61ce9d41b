package io.slipway.broker.binding;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.slipway.broker.BrokerException;
import io.slipway.broker.caller.Caller;
import io.slipway.broker.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code /internal/owners/{uuid}/bindings}: which key opens which registry. */
@Path("/internal/owners/{owner}/bindings")
@RolesAllowed(Caller.TASK_API)
class BindingResource {
  private final SaveBindings saveBindings;
  private final Transactions transactions;
  private final BindingRepository bindings;

  BindingResource(
      SaveBindings saveBindings, Transactions transactions, BindingRepository bindings) {
    this.saveBindings = saveBindings;
    this.transactions = transactions;
    this.bindings = bindings;
  }

  record Wanted(@Nullable Map<String, @Nullable BindingBody> bindings) {}

  /** A binding without its secrets. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Shown(
      BindingKind kind,
      @Nullable UUID principalId,
      @Nullable String clientId,
      List<String> actions) {}

  record Answer(Map<String, Shown> bindings) {}

  @PUT
  public Uni<Void> replace(@PathParam("owner") UUID owner, @Nullable Wanted wanted) {
    return saveBindings.replace(owner, needed(wanted));
  }

  @GET
  public Uni<Answer> show(@PathParam("owner") UUID owner) {
    return transactions.in(session -> bindings.of(session, owner)).map(BindingResource::answer);
  }

  private static Answer answer(List<BindingEntity> rows) {
    Map<String, Shown> shown = new LinkedHashMap<>();
    rows.forEach(row ->
        shown.put(
            row.loginServer, new Shown(row.kind, row.principalId, row.clientId, row.actionList())));
    return new Answer(shown);
  }

  private static Map<String, @Nullable BindingBody> needed(@Nullable Wanted wanted) {
    if (wanted == null || wanted.bindings() == null) {
      throw BrokerException.invalid("InvalidRequest", "bindings must be an object.");
    }
    return wanted.bindings();
  }
}
