package io.slipway.taskapi.sourcetrigger;

import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.definition.GitContext;
import io.slipway.taskapi.definition.TaskDefinition;
import io.slipway.taskapi.definition.Triggers;
import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.neighbour.BrokerClient;
import io.slipway.taskapi.run.course.RunTrigger;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Sweep;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Tells git providers how the runs of their commits go: that there is one, and how it ended. The
 * broker does it, which has the token. It is said first and then remembered: what is said twice is
 * the same, and a provider that is away is asked a bounded number of times.
 */
@ApplicationScoped
public class SayCommitStates {
  private static final int MOST_OF_ONE = 10;
  private static final int MOST = 50;
  private static final int AT_ONCE = 8;
  private static final int MOST_TRIES = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);

  /** Some of each registry: one whose provider is slow does not hold up another's. */
  private static final String DUE =
      """
      select * from (
        select delivery.*, task.properties, run.registry, run.task, run.uid as run_uid, run.status,
          run.finished_at is not null as over,
          row_number() over (partition by delivery.registry_uid order by state_due) as place
        from source_delivery delivery
        join task on task.uid = delivery.task_uid
        join run on run.registry_uid = delivery.registry_uid and run.run_id = delivery.run_id
        where state_due <= clock_timestamp()
          and (state_said is null or run.finished_at is not null)) due
      where place <= $1 order by place, state_due limit $2\
      """;

  private static final String SAID =
      """
      update source_delivery set state_said = $4, problem = $5, state_tries = 0,
        state_due = case when $4 = 'pending' then clock_timestamp() end
      where task_uid = $1 and name = $2 and delivery = $3 and state_due is not null\
      """;

  /** Another instance said something else meanwhile: what is true now is said once more. */
  private static final String OVERTAKEN =
      """
      update source_delivery set state_due = clock_timestamp(), state_tries = 0
      where task_uid = $1 and name = $2 and delivery = $3
        and state_due is null and state_said is distinct from $4\
      """;

  private static final String AGAIN =
      """
      update source_delivery set problem = $4, state_tries = state_tries + 1,
        state_due = clock_timestamp() + $5 * interval '1 second'
      where task_uid = $1 and name = $2 and delivery = $3 and state_due is not null\
      """;

  private final Leader leader;
  private final Transactions transactions;
  private final BrokerClient broker;
  private final JsonText json;
  private final String publicUrl;

  SayCommitStates(
      Leader leader,
      Transactions transactions,
      BrokerClient broker,
      JsonText json,
      @ConfigProperty(name = "slipway.public-url") String publicUrl) {
    this.leader = leader;
    this.transactions = transactions;
    this.broker = broker;
    this.json = json;
    this.publicUrl = publicUrl;
  }

  private record Due(
      SourceDeliveries.Key key,
      RunTrigger.Source source,
      String registry,
      String task,
      String runId,
      @Nullable String status,
      boolean isItsToken,
      int tries) {
    /** What the provider is to be told. */
    String state() {
      return status == null ? "pending" : status.equals("Succeeded") ? "success" : "failure";
    }
  }

  /** Says what is to be said, on the instance that leads. */
  @Scheduled(
      every = "${slipway.sources.states-every:2s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> sweep() {
    return Sweep.of(
        "To tell providers of their commits",
        leader
            .in(this::due)
            .map(due -> due.orElse(List.of()))
            .chain(due ->
                due.isEmpty()
                    ? Uni.createFrom().voidItem()
                    : Uni.join()
                        .all(due.stream().map(this::say).toList())
                        .usingConcurrencyOf(AT_ONCE)
                        .andCollectFailures()
                        .replaceWithVoid()));
  }

  private Uni<List<Due>> due(SqlConnection connection) {
    return connection
        .preparedQuery(DUE)
        .execute(Sql.values(MOST_OF_ONE, MOST))
        .map(rows -> {
          List<Due> due = new ArrayList<>();
          rows.forEach(row -> due.add(due(row)));
          return due;
        });
  }

  private Due due(Row row) {
    UUID task = row.getUUID("task_uid");
    String name = row.getString("name");
    RunTrigger.Source source = json.read(row.getString("source"), RunTrigger.Source.class);
    String now =
        json.readOften(row.getString("properties"), TaskDefinition.class)
            .trigger()
            .repositoryOf(Triggers.tokenName(name, "token"))
            .orElse(null);
    return new Due(
        new SourceDeliveries.Key(task, name, row.getString("delivery")),
        source,
        row.getString("registry"),
        row.getString("task"),
        row.getString("run_id"),
        row.getBoolean("over") ? row.getString("status") : null,
        GitContext.isSameServer(source.repositoryUrl(), now),
        row.getInteger("state_tries"));
  }

  private Uni<Void> say(Due due) {
    RunTrigger.Source source = due.source();
    if (!due.isItsToken()) {
      // The token that is stored now is another server's.
      return remember(due, new BrokerClient.Said(true, "the trigger has another repository now."));
    }
    return broker
        .say(
            due.key().task(),
            Triggers.tokenName(due.key().trigger(), "token"),
            new BrokerClient.CommitState(
                source.providerType(),
                source.repositoryUrl(),
                source.commitId(),
                due.state(),
                "slipway/" + due.registry() + "/" + due.task(),
                "Run %s: %s"
                    .formatted(
                        due.runId(), due.status() == null ? "waits or goes on" : due.status()),
                // There is no page of a run; Bitbucket wants an address all the same.
                source.providerType().equals("Bitbucket") ? publicUrl : null))
        .ifNoItem()
        .after(PATIENCE)
        .fail()
        .onFailure()
        .recoverWithItem(failure ->
            new BrokerClient.Said(false, "The credential-broker could not tell the provider."))
        .chain(said -> remember(due, said));
  }

  private Uni<Void> remember(Due due, BrokerClient.Said said) {
    String problem =
        said.problem() == null ? null : "The state of its commit is not set: " + said.problem();
    boolean done = said.done() || due.tries() + 1 >= MOST_TRIES;
    SourceDeliveries.Key key = due.key();
    double pause = FIRST_PAUSE.toSeconds() * Math.pow(2, due.tries());
    return transactions.in(connection ->
        done
            ? connection
                .preparedQuery(SAID)
                .execute(
                    Sql.values(key.task(), key.trigger(), key.delivery(), due.state(), problem))
                .chain(updated ->
                    updated.rowCount() > 0
                        ? Uni.createFrom().voidItem()
                        : connection
                            .preparedQuery(OVERTAKEN)
                            .execute(
                                Sql.values(key.task(), key.trigger(), key.delivery(), due.state()))
                            .replaceWithVoid())
            : connection
                .preparedQuery(AGAIN)
                .execute(Sql.values(key.task(), key.trigger(), key.delivery(), problem, pause))
                .replaceWithVoid());
  }
}
