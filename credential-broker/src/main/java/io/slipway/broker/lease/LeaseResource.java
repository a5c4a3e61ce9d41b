package io.slipway.broker.lease;

import io.slipway.broker.BrokerException;
import io.slipway.broker.caller.Caller;
import io.slipway.broker.rule.LoginServer;
import io.slipway.identity.client.HolderKey;
import io.slipway.identity.client.RegistryScope;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code POST /leases}: an agent borrows a credential for one login server. */
@Path("/leases")
@RolesAllowed(Caller.RUN)
class LeaseResource {
  private final RunLeases runLeases;
  private final IssueLease issueLease;
  private final LeaseMetrics metrics;
  private final Caller caller;

  LeaseResource(RunLeases runLeases, IssueLease issueLease, LeaseMetrics metrics, Caller caller) {
    this.runLeases = runLeases;
    this.issueLease = issueLease;
    this.metrics = metrics;
    this.caller = caller;
  }

  @POST
  public Uni<Response> lend(
      @HeaderParam(HolderKey.HEADER) @Nullable String key, @Nullable WantedLease body) {
    String token = caller.runToken();
    WantedLease wanted = body == null ? new WantedLease(null, null) : body;
    LoginServer server = wanted.server();
    List<RegistryScope> scopes = wanted.parsedScopes();
    return metrics
        .timed(() ->
            runLeases
                .require(token, key)
                .onFailure(BrokerException.class)
                .invoke(refusal -> LeaseAudit.refused(server, (BrokerException) refusal))
                .chain(run -> lend(new LeaseRequest(run, server, scopes))))
        .map(lease -> Response.ok(lease).header(HttpHeaders.CACHE_CONTROL, "no-store").build());
  }

  private Uni<CredentialLease> lend(LeaseRequest request) {
    return issueLease
        .issue(request)
        .invoke(lease -> LeaseAudit.issued(request.run(), lease, request.server()))
        .onFailure(BrokerException.class)
        .invoke(refusal ->
            LeaseAudit.refused(request.run(), request.server(), (BrokerException) refusal));
  }
}
