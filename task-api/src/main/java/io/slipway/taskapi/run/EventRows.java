package io.slipway.taskapi.run;

import io.slipway.contract.ImageDependency;
import io.slipway.contract.ImageRef;
import io.slipway.contract.RunOutcome;
import io.slipway.taskapi.run.course.FoldRunEvents.Begun;
import io.slipway.taskapi.run.course.FoldRunEvents.Ended;
import io.slipway.taskapi.run.course.FoldRunEvents.Known;
import io.slipway.taskapi.run.course.RunOwner;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The columns of runs that events read and change, a whole batch in one statement. Never the
 * specification: it may be long, and nothing here needs it.
 */
@ApplicationScoped
class EventRows {
  private static final String LOCK =
      "select uid, status, attempt, agent, cancel_requested, last_sequence, events_signed, coalesce(started_at,"
          + " created_at) as not_before, registry_uid, registry, task, task_uid, number,"
          + " trigger_kind, own_credentials from run where uid = any($1) order by uid for no key"
          + " update";
  private static final String BEGIN =
      "update run set status = 'Running', last_sequence = new.sequence, updated_at = $3"
          + " from unnest($1::uuid[], $2::bigint[]) as new (uid, sequence)"
          + " where run.uid = new.uid";

  /**
   * The log of a run that ended may still be on its way; the search for lost logs looks at those
   * that are noted here alone.
   */
  private static final String END =
      """
      with new as (
        select * from unnest($1::uuid[], $2::text[], $3::bigint[], $4::timestamptz[], $5::text[],
          $6::text[], $7::bigint[])
          as new (uid, status, sequence, finished_at, error, images, log_bytes)),
      ended as (
        update run set status = new.status, agent = null, cancel_requested = false,
          incarnation = null, token_hash = null,
          lease_until = null, last_sequence = new.sequence,
          finished_at = new.finished_at, updated_at = $8, error = new.error,
          output_images = new.images, log_bytes = new.log_bytes
        from new where run.uid = new.uid)
      insert into open_log (run_uid, since)
      select new.uid, $8 from new left join run_log on run_log.run_uid = new.uid
      where new.log_bytes > coalesce(run_log.length, 0)
      on conflict (run_uid) do nothing\
      """;

  /** A run that began earlier but ends later does not count. */
  private static final String REMEMBER =
      """
      update task set dependencies = new.dependencies, dependencies_run = new.number
      from (
        select distinct on (uid) uid, dependencies, number
        from unnest($1::uuid[], $2::text[], $3::bigint[]) as all_new (uid, dependencies, number)
        order by uid, number desc) new
      where task.uid = new.uid and task.dependencies_run <= new.number\
      """;

  private final JsonText json;

  EventRows(JsonText json) {
    this.json = json;
  }

  /**
   * A run as the fold needs it, and what its end needs besides.
   *
   * @param signed whether the agent that has it signs its events
   */
  record EventRow(Known known, Origin origin, boolean signed) {
    /**
     * Whether an event about this attempt would count, and must be signed for that. Those of the
     * ledger itself, which are not, come when the run is over for it already.
     */
    boolean mustBeSigned(int attempt) {
      return signed && known.state().owner() != null && known.state().attempt() == attempt;
    }
  }

  /** Where a run comes from. */
  record Origin(
      UUID registryUid,
      String registry,
      @Nullable String task,
      @Nullable UUID taskUid,
      long number,
      String trigger,
      boolean ownCredentials) {}

  /** The runs with these uids that exist, locked in the order of their uids. */
  Uni<List<EventRow>> lock(SqlConnection connection, UUID[] uids) {
    return connection
        .preparedQuery(LOCK)
        .execute(Sql.values((Object) uids))
        .map(found -> {
          List<EventRow> rows = new ArrayList<>(found.size());
          found.forEach(row -> rows.add(row(row)));
          return rows;
        });
  }

  Uni<Void> begin(SqlConnection connection, List<Begun> begun, Instant now) {
    return begun.isEmpty()
        ? Uni.createFrom().voidItem()
        : connection
            .preparedQuery(BEGIN)
            .execute(
                Sql.values(
                    array(begun, Begun::uid, UUID[]::new),
                    array(begun, Begun::sequence, Long[]::new),
                    now))
            .replaceWithVoid();
  }

  Uni<Void> end(SqlConnection connection, List<Ended> ended, Instant now) {
    return ended.isEmpty()
        ? Uni.createFrom().voidItem()
        : connection
            .preparedQuery(END)
            .execute(
                Sql.values(
                    array(ended, Ended::uid, UUID[]::new),
                    array(ended, one -> one.to().status(), String[]::new),
                    array(ended, Ended::sequence, Long[]::new),
                    array(ended, EventRows::finishedAt, OffsetDateTime[]::new),
                    array(ended, Ended::error, String[]::new),
                    array(ended, one -> json.write(images(one)), String[]::new),
                    array(ended, one -> one.completed().logBytes(), Long[]::new),
                    now))
            .replaceWithVoid();
  }

  /** The base images of a task's latest successful run become a property of the task. */
  Uni<Void> remember(SqlConnection connection, List<Ended> ended, Map<UUID, Origin> origins) {
    List<Ended> remembered =
        ended.stream()
            .filter(one ->
                one.to().outcome() == RunOutcome.SUCCEEDED
                    && origin(origins, one).taskUid() != null
                    && !dependencies(one).isEmpty())
            .toList();
    return remembered.isEmpty()
        ? Uni.createFrom().voidItem()
        : connection
            .preparedQuery(REMEMBER)
            .execute(
                Sql.values(
                    array(remembered, one -> origin(origins, one).taskUid(), UUID[]::new),
                    array(remembered, one -> json.write(dependencies(one)), String[]::new),
                    array(remembered, one -> origin(origins, one).number(), Long[]::new)))
            .replaceWithVoid();
  }

  /** What the run pushed, fit to be stored. */
  static List<ImageRef> images(Ended one) {
    return ReportedImages.pushed(one.completed().outputImages());
  }

  private static List<ImageDependency> dependencies(Ended one) {
    return ReportedImages.dependencies(one.completed().dependencies());
  }

  private static Origin origin(Map<UUID, Origin> origins, Ended one) {
    return Objects.requireNonNull(origins.get(one.uid()));
  }

  private static OffsetDateTime finishedAt(Ended one) {
    return one.finishedAt().atOffset(ZoneOffset.UTC);
  }

  private static <T, R> R[] array(
      List<T> list, Function<T, @Nullable R> value, IntFunction<R[]> array) {
    return list.stream().map(value).toArray(array);
  }

  private static EventRow row(Row row) {
    return new EventRow(
        new Known(
            row.getUUID("uid"),
            RunState.of(
                row.getString("status"),
                row.getInteger("attempt"),
                RunOwner.of(row.getString("agent"), null),
                row.getBoolean("cancel_requested")),
            row.getLong("last_sequence"),
            Sql.time(row, "not_before")),
        new Origin(
            row.getUUID("registry_uid"),
            row.getString("registry"),
            row.getString("task"),
            row.getUUID("task_uid"),
            row.getLong("number"),
            row.getString("trigger_kind"),
            row.getBoolean("own_credentials")),
        row.getBoolean("events_signed"));
  }
}
