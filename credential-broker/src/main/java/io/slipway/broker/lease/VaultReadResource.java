package io.slipway.broker.lease;

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
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /vault-reads}: before the first step of a run its agent says which key vaults the
 * task file names. task-api takes it once, and no more than the file names, where it knows that.
 */
@Path("/vault-reads")
@RolesAllowed(Caller.RUN)
class VaultReadResource {
  private static final Logger AUDIT = Logger.getLogger("io.slipway.broker.audit");
  private static final int MOST = 100;

  private final RunLeases runLeases;
  private final IdentityTokenClient tokens;
  private final Caller caller;

  VaultReadResource(RunLeases runLeases, IdentityTokenClient tokens, Caller caller) {
    this.runLeases = runLeases;
    this.tokens = tokens;
    this.caller = caller;
  }

  record Said(@Nullable List<@Nullable NamedVault> reads) {}

  @POST
  public Uni<Void> say(@HeaderParam(HolderKey.HEADER) @Nullable String key, @Nullable Said said) {
    List<NamedVault> reads = reads(said == null ? null : said.reads());
    return runLeases
        .require(caller.runToken(), key)
        .call(run -> tokens.say(run.token(), reads))
        .invoke(run ->
            AUDIT.infof(
                "action=vault-reads run=%s attempt=%d count=%d",
                run.runUid(), run.attempt(), reads.size()))
        .replaceWithVoid();
  }

  private static List<NamedVault> reads(@Nullable List<@Nullable NamedVault> said) {
    List<NamedVault> reads = new ArrayList<>();
    for (NamedVault one : said == null ? List.<@Nullable NamedVault>of() : said) {
      if (one != null && one.vault() != null) {
        reads.add(one);
      }
    }
    if (said == null || said.size() > MOST || reads.size() < said.size()) {
      throw BrokerException.invalid(
          "InvalidReads",
          "reads must be a list of at most %d with vault and, if it has one, clientId."
              .formatted(MOST));
    }
    return reads;
  }
}
