package io.slipway.taskapi.sourcetrigger;

import io.slipway.taskapi.definition.Triggers;
import io.slipway.taskapi.run.course.RunTrigger;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
import io.slipway.taskapi.task.Task;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Events of source triggers as rows of the table {@code source_delivery}. */
@ApplicationScoped
public class SourceDeliveries {
  private static final String LAST =
      """
      select latest.* from unnest($1::uuid[], $2::text[]) as trigger (task_uid, name)
      cross join lateral (
        select * from source_delivery delivery
        where delivery.task_uid = trigger.task_uid and delivery.name = trigger.name
        order by received_at desc, delivery limit 1) latest\
      """;

  private static final String UNPOLLED =
      "select task_uid, problem from source_poll where task_uid = any($1) and problem is not null";

  /** What starts no run of a trigger is remembered so many times an hour. */
  private static final int MOST_REFUSED = 100;

  private static final String ADD =
      """
      insert into source_delivery
        (task_uid, name, delivery, registry_uid, source, problem, accepted, due_at)
      select $1, $2, $3, $4, $5, $6, $6::text is null, case when $6::text is null then clock_timestamp() end
      where $6::text is null or $7 > (
        select count(*) from source_delivery where task_uid = $1 and name = $2 and not accepted
          and received_at > clock_timestamp() - interval '1 hour')
      on conflict do nothing returning *\
      """;

  private static final String FOUND =
      "select * from source_delivery where task_uid = $1 and name = $2 and delivery = $3";

  /** The oldest of each registry before all others: no tenant's pushes hold up another's. */
  private static final String DUE =
      """
      select delivery.*, task.name as task, registry.name as registry, clock_timestamp() as now
      from (
        select *, row_number() over (partition by registry_uid order by due_at, received_at) as place
        from source_delivery where due_at <= clock_timestamp()) delivery
      join task on task.uid = delivery.task_uid
      join registry on registry.uid = delivery.registry_uid and registry.deleted_at is null
      order by place, received_at limit $1\
      """;

  private static final String DONE =
      """
      update source_delivery set run_id = $4, problem = $5,
        due_at = clock_timestamp() + $6::float8 * interval '1 second',
        state_due = case when $4::text is not null and source::json->>'providerType' <> 'Git' then clock_timestamp() end
      where task_uid = $1 and name = $2 and delivery = $3 and due_at is not null\
      """;

  private final Transactions transactions;
  private final JsonText json;

  SourceDeliveries(Transactions transactions, JsonText json) {
    this.transactions = transactions;
    this.json = json;
  }

  /**
   * An event that a trigger was told of.
   *
   * @param delivery the same when it is told again
   */
  record Key(UUID task, String trigger, String delivery) {}

  /**
   * What became of an event.
   *
   * @param accepted whether a run was asked for when it came
   * @param received when it came; null if none came
   * @param runId run that it started, or null
   * @param problem why it started none, or null
   */
  public record Outcome(
      boolean accepted,
      @Nullable Instant received,
      @Nullable String runId,
      @Nullable String problem) {}

  /** An event whose run is to be asked for. */
  record Due(
      Key key,
      String task,
      String registry,
      RunTrigger.Source source,
      Instant received,
      Instant now) {}

  /** What became of the last event of each trigger, or of its poll, by task and name. */
  public Uni<Map<UUID, Map<String, Outcome>>> last(List<Task> tasks) {
    UUID[] uids =
        tasks.stream()
            .filter(task -> !task.definition().trigger().sourceTriggers().isEmpty())
            .map(Task::uid)
            .toArray(UUID[]::new);
    return uids.length == 0
        ? Uni.createFrom().item(Map.of())
        : transactions.reading(connection ->
            last(connection, tasks)
                .call(last ->
                    connection
                        .preparedQuery(UNPOLLED)
                        .execute(Sql.values((Object) uids))
                        .invoke(rows ->
                            rows.forEach(row ->
                                unpolled(last, row, triggers(tasks, row.getUUID("task_uid")))))));
  }

  private static Uni<Map<UUID, Map<String, Outcome>>> last(
      SqlConnection connection, List<Task> tasks) {
    List<UUID> uids = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Task task : tasks) {
      for (Triggers.Source trigger : task.definition().trigger().sourceTriggers()) {
        uids.add(task.uid());
        names.add(trigger.name());
      }
    }
    return connection
        .preparedQuery(LAST)
        .execute(Sql.values(uids.toArray(UUID[]::new), names.toArray(String[]::new)))
        .map(rows -> {
          Map<UUID, Map<String, Outcome>> last = new HashMap<>();
          rows.forEach(row ->
              last.computeIfAbsent(row.getUUID("task_uid"), uid -> new HashMap<>())
                  .put(row.getString("name"), outcome(row)));
          return last;
        });
  }

  private static List<Triggers.Source> triggers(List<Task> tasks, UUID uid) {
    return tasks.stream()
        .filter(task -> task.uid().equals(uid))
        .flatMap(task -> task.definition().trigger().sourceTriggers().stream())
        .toList();
  }

  private static void unpolled(
      Map<UUID, Map<String, Outcome>> last, Row row, List<Triggers.Source> triggers) {
    Map<String, Outcome> ofTask =
        last.computeIfAbsent(row.getUUID("task_uid"), uid -> new HashMap<>());
    String problem = "The repository cannot be asked for commits: " + row.getString("problem");
    for (Triggers.Source trigger : triggers) {
      if (trigger.isPolled()) {
        Outcome before = ofTask.get(trigger.name());
        ofTask.put(
            trigger.name(),
            new Outcome(
                before != null && before.accepted(),
                before == null ? null : before.received(),
                before == null ? null : before.runId(),
                problem));
      }
    }
  }

  /**
   * Remembers an event, unless it is known, and gives what was remembered first. One that starts no
   * run is only answered if there were very many of them: a repository may tell of much that nobody
   * wants.
   *
   * @param problem why it starts no run; null if it starts one
   */
  Uni<Outcome> add(
      Key key, UUID registry, RunTrigger.@Nullable Source source, @Nullable String problem) {
    return transactions.in(connection ->
        connection
            .preparedQuery(ADD)
            .execute(
                Sql.values(
                    key.task(),
                    key.trigger(),
                    key.delivery(),
                    registry,
                    source == null ? null : json.write(source),
                    problem,
                    MOST_REFUSED))
            .chain(added ->
                added.rowCount() > 0
                    ? Uni.createFrom().item(added)
                    : connection
                        .preparedQuery(FOUND)
                        .execute(Sql.values(key.task(), key.trigger(), key.delivery())))
            .map(rows ->
                rows.rowCount() > 0
                    ? outcome(rows.iterator().next())
                    : new Outcome(false, null, null, problem)));
  }

  Uni<List<Due>> due(SqlConnection connection, int most) {
    return connection
        .preparedQuery(DUE)
        .execute(Sql.values(most))
        .map(rows -> {
          List<Due> due = new ArrayList<>();
          rows.forEach(row -> due.add(due(row)));
          return due;
        });
  }

  /**
   * Remembers what became of an event.
   *
   * @param again after which time it is tried again; null if it is done
   */
  Uni<Void> done(
      Key key, @Nullable String runId, @Nullable String problem, @Nullable Duration again) {
    return transactions.in(connection ->
        connection
            .preparedQuery(DONE)
            .execute(
                Sql.values(
                    key.task(),
                    key.trigger(),
                    key.delivery(),
                    runId,
                    problem,
                    again == null ? null : (double) again.toSeconds()))
            .replaceWithVoid());
  }

  private Due due(Row row) {
    return new Due(
        new Key(row.getUUID("task_uid"), row.getString("name"), row.getString("delivery")),
        row.getString("task"),
        row.getString("registry"),
        json.read(row.getString("source"), RunTrigger.Source.class),
        Sql.time(row, "received_at"),
        Sql.time(row, "now"));
  }

  private static Outcome outcome(Row row) {
    return new Outcome(
        row.getBoolean("accepted"),
        Sql.time(row, "received_at"),
        row.getString("run_id"),
        row.getString("problem"));
  }
}
