package io.slipway.broker.lease;

import com.google.re2j.Pattern;
import io.slipway.broker.BrokerException;
import io.slipway.broker.caller.Caller;
import io.slipway.broker.registry.IdentityTokenClient;
import io.slipway.broker.registry.NamedVault;
import io.slipway.identity.client.HolderKey;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /vault-tokens}: an agent gets a token of one of its run's identities for a key vault
 * that a credential of the run names, or its task file.
 */
@Path("/vault-tokens")
@RolesAllowed(Caller.RUN)
class VaultTokenResource {
  private static final Logger AUDIT = Logger.getLogger("io.slipway.broker.audit");
  private static final Pattern CLIENT_ID = Pattern.compile("[0-9a-fA-F-]{36}");

  private final RunLeases runLeases;
  private final IdentityTokenClient tokens;
  private final VaultHosts vaults;
  private final BoundVaults bound;
  private final Caller caller;

  VaultTokenResource(
      RunLeases runLeases,
      IdentityTokenClient tokens,
      VaultHosts vaults,
      BoundVaults bound,
      Caller caller) {
    this.runLeases = runLeases;
    this.tokens = tokens;
    this.vaults = vaults;
    this.bound = bound;
    this.caller = caller;
  }

  record Answer(String token) {
    @Override
    public String toString() {
      return "Answer[***]";
    }
  }

  @POST
  public Uni<Response> issue(
      @HeaderParam(HolderKey.HEADER) @Nullable String key, @Nullable NamedVault wanted) {
    String host =
        vaults
            .allowed(wanted == null || wanted.vault() == null ? "" : wanted.vault())
            .orElseThrow(() ->
                BrokerException.notGranted(
                    "The vault is not one that runs may read (slipway.broker.vault-hosts).",
                    Map.of()));
    NamedVault vault =
        new NamedVault("https://" + host, clientId(wanted == null ? null : wanted.clientId()));
    return runLeases
        .require(caller.runToken(), key)
        .chain(run -> bound.have(run, vault).chain(isBound -> issue(run, vault, host, isBound)));
  }

  private Uni<Response> issue(RunLease run, NamedVault vault, String host, boolean isBound) {
    String resource = VaultHosts.resource(host);
    String identity = Objects.requireNonNullElse(vault.clientId(), IdentityTokenClient.SYSTEM);
    Uni<String> token =
        isBound
            ? tokens.forBoundVault(run.token(), identity, resource)
            : tokens.forVault(run.token(), vault, resource);
    return token
        .invoke(given ->
            AUDIT.infof(
                "action=vault-token run=%s attempt=%d vault=%s identity=%s result=issued",
                run.runUid(), run.attempt(), host, identity))
        .map(given ->
            Response.ok(new Answer(given)).header(HttpHeaders.CACHE_CONTROL, "no-store").build());
  }

  private static @Nullable String clientId(@Nullable String clientId) {
    if (clientId == null || clientId.isBlank()) {
      return null;
    }
    if (!CLIENT_ID.matcher(clientId).matches()) {
      throw BrokerException.invalid("InvalidClientId", "clientId must be a GUID.");
    }
    return clientId;
  }
}
