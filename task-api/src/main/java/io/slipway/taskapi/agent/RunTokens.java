package io.slipway.taskapi.agent;

import io.slipway.contract.agent.TaskStep;
import io.slipway.taskapi.definition.TaskIdentity;
import io.slipway.taskapi.neighbour.IdentityClient;
import io.slipway.taskapi.neighbour.IdentityClient.RunToken;
import io.slipway.taskapi.neighbour.IdentityClient.RunTokenRequest;
import io.slipway.taskapi.run.RunAnnouncements;
import io.slipway.taskapi.run.StoredSpec;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tokens for runs. Which identities a run may act as is looked up for each token: those of its task
 * now, and its registry's own, unless it was asked not to log in there; for an import, those of the
 * registries that it copies between.
 */
@ApplicationScoped
class RunTokens {
  private static final String PRINCIPALS =
      """
      select reg.principal_id, t.identity,
        (select source.principal_id from registry source where source.login_server = $3) as source
      from registry reg left join task t on t.uid = $2
      where reg.uid = $1\
      """;

  private final Transactions transactions;
  private final IdentityClient identity;
  private final JsonText json;

  RunTokens(Transactions transactions, IdentityClient identity, JsonText json) {
    this.transactions = transactions;
    this.identity = identity;
    this.json = json;
  }

  /** A token for each of the runs, which the agent owns or is about to. */
  Uni<Map<UUID, String>> issue(Map<UUID, Run> runs, Map<UUID, String> specs, String agent) {
    Map<UUID, String> issued = new HashMap<>();
    return InTurn.each(
            specs.entrySet(),
            one -> {
              UUID uid = one.getKey();
              Run run = Objects.requireNonNull(runs.get(uid));
              return issue(run, json.read(one.getValue(), StoredSpec.class), agent)
                  .invoke(token -> issued.put(uid, token.token()))
                  .replaceWithVoid();
            })
        .replaceWith(issued);
  }

  private Uni<RunToken> issue(Run run, StoredSpec spec, String agent) {
    return principals(run, spec)
        .chain(mayActAs ->
            identity.runToken(
                new RunTokenRequest(
                    RunAnnouncements.source(run.key()) + "/runs/" + run.key().runId(),
                    run.key().uid(),
                    run.state().attempt(),
                    agent,
                    bindingOwner(run),
                    spec.isForOwnRegistry() ? run.key().registryUid() : null,
                    mayActAs)));
  }

  private static UUID bindingOwner(Run run) {
    UUID task = run.key().taskUid();
    return task == null ? run.key().uid() : task;
  }

  private Uni<List<String>> principals(Run run, StoredSpec spec) {
    String importedFrom =
        spec.step() instanceof TaskStep.Import copy ? copy.source().registry() : null;
    return transactions.reading(connection ->
        connection
            .preparedQuery(PRINCIPALS)
            .execute(Sql.values(run.key().registryUid(), run.key().taskUid(), importedFrom))
            .map(rows -> {
              List<String> principals = new ArrayList<>(spec.mayActAs());
              rows.forEach(row -> add(principals, row, spec));
              return principals;
            }));
  }

  private void add(List<String> principals, Row row, StoredSpec spec) {
    if (spec.isForOwnRegistry()) {
      addIfThere(principals, row.getString("principal_id"));
    }
    addIfThere(principals, row.getString("source"));
    String text = row.getString("identity");
    if (text != null) {
      principals.addAll(json.read(text, TaskIdentity.class).principalIds());
    }
  }

  private static void addIfThere(List<String> principals, @Nullable String principal) {
    if (principal != null && !principals.contains(principal)) {
      principals.add(principal);
    }
  }
}
