package io.slipway.taskapi.timer;

import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
import io.slipway.taskapi.task.Task;
import io.slipway.taskapi.timer.TimerState.Last;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Timers of tasks as rows of the table {@code timer_trigger}. */
@ApplicationScoped
public class TimerRows {
  private static final String OF_TASKS = "select * from timer_trigger where task_uid = any($1)";

  /** First one of each registry, so that the timers of one do not hold up another's. */
  private static final String DUE =
      """
      select timer.*, task.name as task, registry.name as registry, clock_timestamp() as now
      from (
        select *, row_number() over (partition by registry_uid order by due_at) as turn
        from timer_trigger where due_at <= clock_timestamp()) timer
      join task on task.uid = timer.task_uid
      join registry on registry.uid = timer.registry_uid and registry.deleted_at is null
      order by turn, due_at limit $1\
      """;

  private static final String DELETE =
      "delete from timer_trigger where task_uid = $1 and name <> all($2)";

  /** What became of the last time comes from the row itself, unless there is something new. */
  private static final String PUT =
      """
      insert into timer_trigger (task_uid, registry_uid, name, schedule, time_zone, occurrence,
        due_at, last_problem)
      select $1, $2, name, schedule, time_zone, occurrence, occurrence, problem
      from unnest($3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[])
        as new (name, schedule, time_zone, occurrence, problem)
      on conflict (task_uid, name) do update
        set schedule = excluded.schedule, time_zone = excluded.time_zone,
          occurrence = excluded.occurrence, due_at = excluded.due_at,
          last_problem = excluded.last_problem
        where (timer_trigger.schedule, timer_trigger.time_zone, timer_trigger.occurrence)
          is distinct from (excluded.schedule, excluded.time_zone, excluded.occurrence)\
      """;

  /** Whoever did the same meanwhile has done it. */
  private static final String DONE =
      """
      update timer_trigger set occurrence = $4, due_at = $5, last_occurrence = $6, last_run = $7,
        last_problem = $8
      where task_uid = $1 and name = $2 and occurrence = $3\
      """;

  private final Transactions transactions;

  TimerRows(Transactions transactions) {
    this.transactions = transactions;
  }

  /** Where the timers of tasks stand, by the uids of those that have any. */
  public Uni<Map<UUID, List<TimerState>>> of(List<Task> tasks) {
    UUID[] uids =
        tasks.stream()
            .filter(task -> !task.definition().trigger().timerTriggers().isEmpty())
            .map(Task::uid)
            .toArray(UUID[]::new);
    return uids.length == 0
        ? Uni.createFrom().item(Map.of())
        : transactions.reading(connection -> of(connection, uids));
  }

  Uni<Map<UUID, List<TimerState>>> of(SqlConnection connection, UUID... tasks) {
    return connection
        .preparedQuery(OF_TASKS)
        .execute(Sql.values((Object) tasks))
        .map(rows -> {
          Map<UUID, List<TimerState>> states = new HashMap<>();
          rows.forEach(row ->
              states
                  .computeIfAbsent(row.getUUID("task_uid"), uid -> new ArrayList<>())
                  .add(state(row)));
          return states;
        });
  }

  /** Timers whose time has come, at most so many. */
  Uni<List<DueTimer>> due(SqlConnection connection, int most) {
    return connection
        .preparedQuery(DUE)
        .execute(Sql.values(most))
        .map(rows -> {
          List<DueTimer> due = new ArrayList<>();
          rows.forEach(row ->
              due.add(
                  new DueTimer(
                      row.getUUID("task_uid"),
                      row.getString("task"),
                      row.getString("registry"),
                      state(row),
                      Sql.time(row, "now"))));
          return due;
        });
  }

  /** Gives a task these timers and no others. */
  Uni<Void> put(SqlConnection connection, UUID task, UUID registry, List<TimerState> timers) {
    String[] names = array(timers, TimerState::name, String[]::new);
    Uni<Void> deleted =
        connection.preparedQuery(DELETE).execute(Sql.values(task, names)).replaceWithVoid();
    return timers.isEmpty()
        ? deleted
        : deleted
            .chain(() ->
                connection
                    .preparedQuery(PUT)
                    .execute(
                        Sql.values(
                            task,
                            registry,
                            names,
                            array(timers, TimerState::schedule, String[]::new),
                            array(timers, TimerState::timeZone, String[]::new),
                            array(timers, TimerRows::occurrence, OffsetDateTime[]::new),
                            array(timers, TimerRows::problem, String[]::new))))
            .replaceWithVoid();
  }

  /** Remembers what became of a time. */
  Uni<Void> done(DueTimer due, DueTimer.After after) {
    Last last = after.last();
    return transactions.in(connection ->
        connection
            .preparedQuery(DONE)
            .execute(
                Sql.values(
                    due.taskUid(),
                    due.state().name(),
                    due.occurrence(),
                    after.occurrence(),
                    after.dueAt(),
                    last.occurrence(),
                    last.runId(),
                    last.problem()))
            .replaceWithVoid());
  }

  private static TimerState state(Row row) {
    Last last =
        new Last(
            Sql.timeOrNull(row, "last_occurrence"),
            row.getString("last_run"),
            row.getString("last_problem"));
    return new TimerState(
        row.getString("name"),
        row.getString("schedule"),
        row.getString("time_zone"),
        Sql.timeOrNull(row, "occurrence"),
        last.occurrence() == null && last.problem() == null ? null : last);
  }

  private static @Nullable OffsetDateTime occurrence(TimerState timer) {
    Instant occurrence = timer.occurrence();
    return occurrence == null ? null : occurrence.atOffset(ZoneOffset.UTC);
  }

  private static @Nullable String problem(TimerState timer) {
    return timer.last() == null ? null : timer.last().problem();
  }

  private static <R> R[] array(
      List<TimerState> timers, Function<TimerState, @Nullable R> value, IntFunction<R[]> array) {
    return timers.stream().map(value).toArray(array);
  }
}
