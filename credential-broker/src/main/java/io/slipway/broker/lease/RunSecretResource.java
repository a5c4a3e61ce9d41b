package io.slipway.broker.lease;

import io.slipway.broker.caller.Caller;
import io.slipway.broker.sealing.SecretPlace;
import io.slipway.broker.sealing.StoredSecrets;
import io.slipway.broker.secret.RunSecretEntity;
import io.slipway.broker.secret.RunSecretRepository;
import io.slipway.broker.store.Transactions;
import io.slipway.identity.client.HolderKey;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** {@code GET /secrets}: the secret values that a run names, for the agent that holds it. */
@Path("/secrets")
@RolesAllowed(Caller.RUN)
class RunSecretResource {
  private static final Logger AUDIT = Logger.getLogger("io.slipway.broker.audit");

  private final RunLeases runLeases;
  private final Transactions transactions;
  private final RunSecretRepository secrets;
  private final StoredSecrets stored;
  private final Caller caller;

  RunSecretResource(
      RunLeases runLeases,
      Transactions transactions,
      RunSecretRepository secrets,
      StoredSecrets stored,
      Caller caller) {
    this.runLeases = runLeases;
    this.transactions = transactions;
    this.secrets = secrets;
    this.stored = stored;
    this.caller = caller;
  }

  record Answer(Map<String, String> secrets) {
    @Override
    public String toString() {
      return "Answer[***]";
    }
  }

  @GET
  public Uni<Response> secrets(@HeaderParam(HolderKey.HEADER) @Nullable String key) {
    return runLeases.require(caller.runToken(), key).chain(run -> answer(run));
  }

  private Uni<Response> answer(RunLease run) {
    return transactions
        .reading(session -> of(session, run))
        .map(this::opened)
        .invoke(answer ->
            AUDIT.infof(
                "action=read-secrets run=%s attempt=%d count=%d",
                run.runUid(), run.attempt(), answer.secrets().size()))
        .map(answer -> Response.ok(answer).header(HttpHeaders.CACHE_CONTROL, "no-store").build());
  }

  /**
   * The secrets of the binding owner, then those of this run alone, which take precedence; of both
   * only what the run names. A task has others, such as the tokens of its triggers.
   */
  private Uni<List<RunSecretEntity>> of(Mutiny.StatelessSession session, RunLease run) {
    UUID owner = run.bindingOwner().orElse(run.runUid());
    return secrets
        .of(session, new HashSet<>(List.of(owner, run.runUid())))
        .map(rows ->
            rows.stream()
                .filter(row -> run.secrets().contains(row.name))
                .sorted(Comparator.comparing(row -> row.owner.equals(run.runUid())))
                .toList());
  }

  private Answer opened(List<RunSecretEntity> rows) {
    Map<String, String> values = new LinkedHashMap<>();
    for (RunSecretEntity row : rows) {
      values.put(
          row.name, stored.cipher().open(row.value, SecretPlace.runSecret(row.owner, row.name)));
    }
    return new Answer(values);
  }
}
