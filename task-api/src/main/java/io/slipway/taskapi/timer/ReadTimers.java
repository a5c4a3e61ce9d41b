package io.slipway.taskapi.timer;

import io.quarkus.logging.Log;
import io.slipway.taskapi.definition.TaskDefinition;
import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.leader.WaitingRows;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.OffLoop;
import io.slipway.taskapi.store.Outage;
import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Brings the timers to what the tasks say that were changed. It is done for each version of a task,
 * whoever saved it: also one of before there were timers, or of an instance that knows none.
 */
@ApplicationScoped
class ReadTimers {
  /** Each may have a quarter of a megabyte. */
  private static final int PIECE = 20;

  private static final String CHANGED =
      """
      select uid, registry_uid, version, properties, saved_at, clock_timestamp() as now from task
      where properties is not null and version % 2 = 0 and timers_version is distinct from version
      order by uid limit $1\
      """;

  /** A task that is being changed will be changed. */
  private static final String READ =
      "update task set timers_version = $2 where uid = $1 and version = $2";

  private final Leader leader;
  private final WaitingRows waiting;
  private final TimerRows rows;
  private final OffLoop offLoop;
  private final JsonText json;

  ReadTimers(Leader leader, WaitingRows waiting, TimerRows rows, OffLoop offLoop, JsonText json) {
    this.leader = leader;
    this.waiting = waiting;
    this.rows = rows;
    this.offLoop = offLoop;
    this.json = json;
  }

  private record Changed(
      UUID uid,
      UUID registry,
      int version,
      String properties,
      @Nullable Instant saved,
      Instant now) {
    /** What fell due since it was saved counts, unless that was long ago. */
    Instant from(Duration catchUp) {
      return saved == null || saved.isBefore(now.minus(catchUp)) ? now : saved;
    }
  }

  /** Reads tasks that were changed, up to a thousand. */
  Uni<Void> read(Duration catchUp) {
    return waiting.inTurn(PIECE, ReadTimers::changed, one -> read(one, catchUp));
  }

  private static Uni<List<Changed>> changed(SqlConnection connection, int most) {
    return connection
        .preparedQuery(CHANGED)
        .execute(Sql.values(most))
        .map(found -> {
          List<Changed> changed = new ArrayList<>();
          found.forEach(row -> changed.add(task(row)));
          return changed;
        });
  }

  private static Changed task(Row row) {
    return new Changed(
        row.getUUID("uid"),
        row.getUUID("registry_uid"),
        row.getInteger("version"),
        row.getString("properties"),
        Sql.timeOrNull(row, "saved_at"),
        Sql.time(row, "now"));
  }

  private Uni<Void> read(Changed task, Duration catchUp) {
    return Uni.createFrom()
        .item(() -> json.read(task.properties(), TaskDefinition.class))
        .chain(definition ->
            leader.in(connection ->
                ifSame(connection, task, put(connection, task, definition, task.from(catchUp)))))
        .onFailure(failure -> !Outage.is(failure))
        .recoverWithUni(failure -> {
          // It fails until the task is changed: the others don't wait for that.
          Log.errorf(failure, "The timers of task %s stay as they are", task.uid());
          return leader.in(connection -> ifSame(connection, task, Uni.createFrom().voidItem()));
        })
        .replaceWithVoid();
  }

  private static Uni<Void> ifSame(SqlConnection connection, Changed task, Uni<Void> work) {
    return connection
        .preparedQuery(READ)
        .execute(Sql.values(task.uid(), task.version()))
        .chain(read -> read.rowCount() == 0 ? Uni.createFrom().voidItem() : work);
  }

  private Uni<Void> put(
      SqlConnection connection, Changed task, TaskDefinition definition, Instant from) {
    return Uni.createFrom()
        .deferred(() -> rows.of(connection, task.uid()))
        .map(states -> states.getOrDefault(task.uid(), List.of()))
        .chain(before -> offLoop.call(() -> PlanTimers.of(definition, before, from)))
        .chain(timers -> rows.put(connection, task.uid(), task.registry(), timers));
  }
}
