package io.slipway.identity.registry;

import com.google.re2j.Pattern;
import io.slipway.identity.access.Scope;
import io.slipway.identity.arm.ArmException;
import io.slipway.identity.caller.Caller;
import io.slipway.identity.client.Audience;
import io.slipway.identity.settings.Settings;
import io.slipway.identity.store.Lock;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /internal/protected-resources}: which resource a registry {@code service} is. */
@Path("/internal/protected-resources")
@RolesAllowed(Caller.TASK_API)
class ProtectedResourceResource {
  /** Host and port, or a path behind them; nothing that is a web address. */
  private static final Pattern AUDIENCE =
      Pattern.compile("[A-Za-z0-9\\[][A-Za-z0-9.:\\[\\]_-]{0,252}(/[A-Za-z0-9._-]{1,100})?");

  private final Transactions transactions;
  private final ProtectedResourceRepository resources;
  private final Settings settings;

  ProtectedResourceResource(
      Transactions transactions, ProtectedResourceRepository resources, Settings settings) {
    this.transactions = transactions;
    this.resources = resources;
    this.settings = settings;
  }

  /** {@code armTokens}: whether its exchange takes tokens of the ARM audience; null for yes. */
  record Protection(
      @Nullable String audience, @Nullable String resourceId, @Nullable Boolean armTokens) {}

  @PUT
  public Uni<Map<String, String>> put(@Nullable Protection protection) {
    String audience = protection == null ? null : protection.audience();
    if (protection == null || audience == null || !isForRegistries(audience)) {
      throw ArmException.invalid("InvalidRequest", "audience must be the name of a service.");
    }
    String resourceId = protection.resourceId();
    Scope resource =
        Scope.parse(resourceId == null ? "" : resourceId)
            .filter(scope -> scope.key().contains("/providers/"))
            .orElseThrow(() ->
                ArmException.invalid(
                    "InvalidRequest", "resourceId must be the ARM id of a resource."));
    ProtectedResourceEntity row = new ProtectedResourceEntity();
    row.audience = audience;
    row.resourceId = resource.text();
    row.resourceKey = resource.key();
    row.armTokens = !Boolean.FALSE.equals(protection.armTokens());
    return transactions
        .in(session ->
            // An upsert updates, then inserts: two at once would insert the same row.
            Lock.on(session, "protected:" + audience).chain(() -> resources.put(session, row)))
        .replaceWith(Map.of("audience", audience, "resourceId", resource.text()));
  }

  /** A registry must not be able to have tokens made that open something else. */
  private boolean isForRegistries(String audience) {
    return AUDIENCE.matcher(audience).matches()
        && !Audience.isService(audience)
        && !Audience.same(audience, Audience.ACT_AS)
        && !Audience.same(audience, settings.armResource());
  }

  /** With a resource only if it is still that one: a login server may be another's by now. */
  @DELETE
  public Uni<Void> delete(
      @QueryParam("audience") @Nullable String audience,
      @QueryParam("resourceId") @Nullable String resourceId) {
    if (audience == null) {
      throw ArmException.invalid("InvalidRequest", "The parameter audience is needed.");
    }
    return transactions
        .in(session ->
            resourceId == null
                ? resources.delete(session, audience)
                : resources.delete(session, audience, Scope.key(resourceId)))
        .replaceWithVoid();
  }
}
