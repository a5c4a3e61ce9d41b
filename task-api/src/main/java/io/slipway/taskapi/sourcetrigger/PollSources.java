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
import io.slipway.taskapi.store.OffLoop;
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
import java.util.concurrent.atomic.AtomicBoolean;
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
  private static final int MOST_OF_ONE = 10;
  private static final int AT_ONCE = 8;
  private static final String AWAY = "The credential-broker could not ask for it.";
  private static final String TOO_MANY =
      "More than %d branches and tags match the trigger: name fewer in branches and tags."
          .formatted(PolledRefs.MOST);
  private static final TypeReference<Map<String, Map<String, String>>> SEEN =
      new TypeReference<>() {};

  private static final String DUE =
      """
      select * from (
        select task.uid, task.registry_uid, task.properties, poll.seen, poll.poll_at,
          coalesce(poll.round, 0) as round, row_number() over (
            partition by task.registry_uid order by poll.poll_at nulls first) as place
        from task left join source_poll poll on poll.task_uid = task.uid
        join registry on registry.uid = task.registry_uid and registry.deleted_at is null
        where task.properties like '%"polling":true%'
          and (poll.poll_at is null or poll.poll_at <= clock_timestamp())) due
      where place <= $2 order by place, poll_at nulls first limit $1\
      """;

  /** Unless another instance has polled meanwhile: what this one saw is older then. */
  private static final String POLLED =
      """
      insert into source_poll (task_uid, seen, round, problem, poll_at)
      values ($1, $2, 1, $3, clock_timestamp() + $4 * interval '1 second')
      on conflict (task_uid) do update set seen = excluded.seen, problem = excluded.problem,
        poll_at = excluded.poll_at, round = source_poll.round + 1
        where source_poll.round = $5\
      """;

  private final Leader leader;
  private final Transactions transactions;
  private final SourceDeliveries deliveries;
  private final BrokerClient broker;
  private final OffLoop offLoop;
  private final JsonText json;
  private final Duration every;

  PollSources(
      Leader leader,
      Transactions transactions,
      SourceDeliveries deliveries,
      BrokerClient broker,
      OffLoop offLoop,
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
    this.offLoop = offLoop;
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
        .execute(Sql.values(MOST, MOST_OF_ONE))
        .map(rows -> {
          List<Due> due = new ArrayList<>();
          rows.forEach(row -> due.add(due(row)));
          return due;
        });
  }

  private Due due(Row row) {
    String seen = row.getString("seen");
    TaskDefinition task = json.readOften(row.getString("properties"), TaskDefinition.class);
    return new Due(
        row.getUUID("uid"),
        row.getUUID("registry_uid"),
        task.trigger().sourceTriggers().stream()
            .filter(trigger -> task.isEnabled() && trigger.isEnabled() && trigger.isPolled())
            .toList(),
        seen == null ? Map.of() : json.read(seen, SEEN),
        row.getLong("round"));
  }

  private Uni<Void> poll(Due due) {
    AtomicBoolean away = new AtomicBoolean();
    return InTurn.map(
            due.triggers(),
            trigger -> away.get() ? unpolled(due, trigger, AWAY) : poll(due, trigger, away))
        .chain(polled -> remember(due, polled));
  }

  private static Uni<Polled> unpolled(Due due, Triggers.Source trigger, @Nullable String problem) {
    String place = PolledRefs.place(trigger);
    return Uni.createFrom().item(new Polled(place, due.seen().get(place), problem));
  }

  private Uni<Polled> poll(Due due, Triggers.Source trigger, AtomicBoolean away) {
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
          away.set(true); // its other triggers wait for the next round, not for each other
          return new BrokerClient.Refs(null, AWAY);
        })
        .chain(answer -> {
          Map<String, String> refs = answer.refs();
          return refs == null
              ? unpolled(due, trigger, answer.problem())
              : offLoop
                  .call(() -> PolledRefs.watched(trigger, refs))
                  .chain(now -> compare(due, trigger, now));
        });
  }

  private Uni<Polled> compare(Due due, Triggers.Source trigger, Map<String, String> now) {
    String place = PolledRefs.place(trigger);
    return now.size() > PolledRefs.MOST
        ? unpolled(due, trigger, TOO_MANY)
        : InTurn.each(
                PolledRefs.pushed(trigger, due.seen().get(place), now),
                event -> deliver(due, trigger, event))
            .replaceWith(new Polled(place, now, null));
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
                Sql.values(
                    due.task(),
                    json.write(seen),
                    why,
                    (double) every.toMillis() / 1000,
                    due.round()))
            .replaceWithVoid());
  }
}
