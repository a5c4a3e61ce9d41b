package io.slipway.broker.lease;

import io.slipway.broker.BrokerException;
import io.slipway.broker.caller.Caller;
import io.slipway.broker.rule.LoginServer;
import io.slipway.identity.client.RegistryScope;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** {@code POST /leases}: an agent borrows a credential for one login server. */
@Path("/leases")
@RolesAllowed(Caller.RUN)
class LeaseResource {
  private static final Logger AUDIT = Logger.getLogger("io.slipway.broker.audit");
  private static final int MOST_SCOPES = 50;

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

  record Wanted(@Nullable String loginServer, @Nullable List<String> scopes) {}

  @POST
  public Uni<Response> lend(@Nullable Wanted wanted) {
    String token = caller.runToken();
    LoginServer server =
        LoginServer.parse(
                wanted == null || wanted.loginServer() == null ? "" : wanted.loginServer())
            .orElseThrow(() ->
                BrokerException.invalid(
                    "InvalidLoginServer",
                    "loginServer must be a host name, with a port if it has one."));
    List<RegistryScope> scopes =
        scopes(wanted == null || wanted.scopes() == null ? List.of() : wanted.scopes());
    return metrics
        .timed(() ->
            runLeases
                .require(token)
                .onFailure(BrokerException.class)
                .invoke(refusal -> refused("?", "", server, refusal))
                .chain(run -> lend(run, server, scopes)))
        .map(lease -> Response.ok(lease).header(HttpHeaders.CACHE_CONTROL, "no-store").build());
  }

  private Uni<CredentialLease> lend(RunLease run, LoginServer server, List<RegistryScope> scopes) {
    String who = " attempt=" + run.attempt() + " agent=" + quiet(run.agent());
    return Uni.createFrom()
        .deferred(() -> issueLease.issue(run, server, scopes))
        .invoke(lease ->
            AUDIT.infof(
                "action=lend run=%s%s server=%s granted=%s result=issued",
                run.runUid(), who, server.key(), lease.granted()))
        .onFailure(BrokerException.class)
        .invoke(refusal -> refused(run.runUid().toString(), who, server, refusal));
  }

  private static void refused(String run, String who, LoginServer server, Throwable refusal) {
    AUDIT.warnf(
        "action=lend run=%s%s server=%s result=%s",
        run, who, server.key(), ((BrokerException) refusal).code());
  }

  private static List<RegistryScope> scopes(List<String> texts) {
    if (texts.size() > MOST_SCOPES) {
      throw BrokerException.invalid(
          "InvalidScope", "At most " + MOST_SCOPES + " scopes can be asked for at once.");
    }
    return texts.stream()
        .map(text ->
            RegistryScope.parse(String.valueOf(text))
                .orElseThrow(() ->
                    BrokerException.invalid(
                        "InvalidScope",
                        "A scope is repository:<name>:<action>[,<action>] or"
                            + " registry:catalog:*")))
        .toList();
  }

  /** A name in a log line can't begin another line. */
  private static String quiet(String name) {
    return name.replaceAll("[^A-Za-z0-9._-]", "?");
  }
}
