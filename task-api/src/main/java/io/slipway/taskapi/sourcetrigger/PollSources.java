package io.slipway.taskapi.sourcetrigger;

import com.fasterxml.jackson.core.type.TypeReference;
import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.definition.TaskDefinition;
import io.slipway.taskapi.definition.Triggers;
import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.neighbour.BrokerClient;
import io.slipway.taskapi.run.course.RunTrigger;
import io.slipway.taskapi.sourcetrigger.delivery.SourceEvent;
import io.slipway.taskapi.store.InTurn;
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
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Asks the repositories of triggers that are polled where their branches and tags are. What is new
 * becomes an event as if it had been delivered, with the round of the poll as its key; then it is
 * remembered as seen. Whoever dies in between finds the same events.
 */
@ApplicationScoped
public class PollSources {
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final int MOST = 50;
  private static final int AT_ONCE = 8;
  private static final TypeReference<Map<String, Map<String, String>>> SEEN =
      new TypeReference<>() {};

  private static final String DUE =
      """
      select task.uid, task.registry_uid, task.properties, poll.seen, coalesce(poll.round, 0) as round
      from task left join source_poll poll on poll.task_uid = task.uid
      join registry on registry.uid = task.registry_uid and registry.deleted_at is null
      where task.properties like '%"polling":true%'
        and (poll.poll_at is null or poll.poll_at <= clock_timestamp())
      order by poll.poll_at nulls first limit $1\
      """;

  private static final String POLLED =
      """
      insert into source_poll (task_uid, seen, round, problem, poll_at)
      values ($1, $2, 1, $3, clock_timestamp() + $4 * interval '1 second')
      on conflict (task_uid) do update set seen = excluded.seen, problem = excluded.problem,
        poll_at = excluded.poll_at, round = source_poll.round + 1\
      """;

  private final Leader leader;
  private final Transactions transactions;
  private final SourceDeliveries deliveries;
  private final BrokerClient broker;
  private final JsonText json;
  private final Duration every;

  PollSources(
      Leader leader,
      Transactions transactions,
      SourceDeliveries deliveries,
      BrokerClient broker,
      JsonText json,
      @ConfigProperty(name = "slipway.sources.poll-every", defaultValue = "PT1M") Duration every) {
    if (every.compareTo(SHORTEST) < 0 || every.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "slipway.sources.poll-every is %s, must be from %s to %s"
              .formatted(every, SHORTEST, LONGEST));
    }
    this.leader = leader;
    this.transactions = transactions;
    this.deliveries = deliveries;
    this.broker = broker;
    this.json = json;
    this.every = every;
  }

  private record Due(
      UUID task,
      UUID registry,
      List<Triggers.Source> triggers,
      Map<String, Map<String, String>> seen,
      long round) {}

  /** Where the refs of one trigger are now, or why that is not known. */
  private record Polled(
      String place, @Nullable Map<String, String> refs, @Nullable String problem) {}

  /** Asks for what is due, on the instance that leads. */
  @Scheduled(
      every = "${slipway.sources.poll-sweep-every:5s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> poll() {
    return Sweep.of(
        "The poll of repositories",
        leader
            .in(this::due)
            .map(due -> due.orElse(List.of()))
            .chain(due ->
                due.isEmpty()
                    ? Uni.createFrom().voidItem()
                    : Uni.join()
                        .all(due.stream().map(this::poll).toList())
                        .usingConcurrencyOf(AT_ONCE)
                        .andCollectFailures()
                        .replaceWithVoid()));
  }

  private Uni<List<Due>> due(SqlConnection connection) {
    return connection
        .preparedQuery(DUE)
        .execute(Sql.values(MOST))
        .map(rows -> {
          List<Due> due = new ArrayList<>();
          rows.forEach(row -> due.add(due(row)));
          return due;
        });
  }

  private Due due(Row row) {
    String seen = row.getString("seen");
    return new Due(
        row.getUUID("uid"),
        row.getUUID("registry_uid"),
        json
            .readOften(row.getString("properties"), TaskDefinition.class)
            .trigger()
            .sourceTriggers()
            .stream()
            .filter(trigger -> trigger.isEnabled() && trigger.isPolled())
            .toList(),
        seen == null ? Map.of() : json.read(seen, SEEN),
        row.getLong("round"));
  }

  private Uni<Void> poll(Due due) {
    return InTurn.map(due.triggers(), trigger -> poll(due, trigger))
        .chain(polled -> remember(due, polled));
  }

  private Uni<Polled> poll(Due due, Triggers.Source trigger) {
    String name = trigger.name();
    return broker
        .refs(
            due.task(),
            Triggers.tokenName(name, "token"),
            trigger.sourceRepository().repositoryUrl())
        .ifNoItem()
        .after(PATIENCE)
        .fail()
        .onFailure()
        .recoverWithItem(failure -> {
          Log.warnf("The repository of trigger %s was not polled: %s", name, failure.toString());
          return new BrokerClient.Refs(null, "The credential-broker could not ask for it.");
        })
        .chain(answer -> {
          if (answer.refs() == null) {
            return Uni.createFrom()
                .item(
                    new Polled(
                        PolledRefs.place(trigger),
                        due.seen().get(PolledRefs.place(trigger)),
                        answer.problem()));
          }
          Map<String, String> now = PolledRefs.watched(trigger, answer.refs());
          return InTurn.each(
                  PolledRefs.pushed(trigger, due.seen().get(PolledRefs.place(trigger)), now),
                  event -> deliver(due, trigger, event))
              .replaceWith(new Polled(PolledRefs.place(trigger), now, null));
        });
  }

  private Uni<Void> deliver(Due due, Triggers.Source trigger, SourceEvent event) {
    String id =
        "poll-%d-%s%s-%s"
            .formatted(
                due.round(), event.ref().isTag() ? "tag-" : "", event.ref().name(), event.commit());
    RunTrigger.Source source =
        new RunTrigger.Source(
            id,
            event.type(),
            event.commit(),
            null,
            trigger.sourceRepository().repositoryUrl(),
            event.ref().isTag() ? null : event.ref().name(),
            RunTrigger.Source.POLLED,
            event.ref().isTag() ? event.ref().name() : null);
    return deliveries
        .add(new SourceDeliveries.Key(due.task(), trigger.name(), id), due.registry(), source, null)
        .replaceWithVoid();
  }

  private Uni<Void> remember(Due due, List<Polled> polled) {
    Map<String, Map<String, String>> seen = new TreeMap<>();
    String problem = null;
    for (Polled one : polled) {
      if (one.refs() != null) {
        seen.put(one.place(), one.refs());
      }
      problem = one.problem() == null ? problem : one.problem();
    }
    String why = problem;
    return transactions.in(connection ->
        connection
            .preparedQuery(POLLED)
            .execute(
                Sql.values(due.task(), json.write(seen), why, (double) every.toMillis() / 1000))
            .replaceWithVoid());
  }
}
