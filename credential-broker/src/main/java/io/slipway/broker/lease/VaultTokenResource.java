package io.slipway.broker.lease;

import com.google.re2j.Pattern;
import io.slipway.broker.BrokerException;
import io.slipway.broker.caller.Caller;
import io.slipway.broker.registry.IdentityTokenClient;
import io.slipway.identity.client.HolderKey;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /vault-tokens}: an agent gets a token of one of its run's identities for a key vault.
 */
@Path("/vault-tokens")
@RolesAllowed(Caller.RUN)
class VaultTokenResource {
  private static final Logger AUDIT = Logger.getLogger("io.slipway.broker.audit");
  private static final Pattern CLIENT_ID = Pattern.compile("[0-9a-fA-F-]{36}");
  private static final String SYSTEM = "[system]";

  private final RunLeases runLeases;
  private final IdentityTokenClient tokens;
  private final VaultHosts vaults;
  private final Caller caller;

  VaultTokenResource(
      RunLeases runLeases, IdentityTokenClient tokens, VaultHosts vaults, Caller caller) {
    this.runLeases = runLeases;
    this.tokens = tokens;
    this.vaults = vaults;
    this.caller = caller;
  }

  record Wanted(@Nullable String vault, @Nullable String clientId) {}

  record Answer(String token) {
    @Override
    public String toString() {
      return "Answer[***]";
    }
  }

  @POST
  public Uni<Response> issue(
      @HeaderParam(HolderKey.HEADER) @Nullable String key, @Nullable Wanted wanted) {
    String host =
        vaults
            .allowed(wanted == null || wanted.vault() == null ? "" : wanted.vault())
            .orElseThrow(() ->
                BrokerException.notGranted(
                    "The vault is not one that runs may read (slipway.broker.vault-hosts).",
                    Map.of()));
    String identity = identity(wanted == null ? null : wanted.clientId());
    return runLeases.require(caller.runToken(), key).chain(run -> issue(run, identity, host));
  }

  private Uni<Response> issue(RunLease run, String identity, String host) {
    return tokens
        .forVault(run.token(), identity, VaultHosts.resource(host))
        .invoke(given ->
            AUDIT.infof(
                "action=vault-token run=%s attempt=%d vault=%s identity=%s result=issued",
                run.runUid(), run.attempt(), host, identity))
        .map(given ->
            Response.ok(new Answer(given)).header(HttpHeaders.CACHE_CONTROL, "no-store").build());
  }

  private static String identity(@Nullable String clientId) {
    if (clientId == null || clientId.isBlank()) {
      return SYSTEM;
    }
    if (!CLIENT_ID.matcher(clientId).matches()) {
      throw BrokerException.invalid("InvalidClientId", "clientId must be a GUID.");
    }
    return clientId;
  }
}
