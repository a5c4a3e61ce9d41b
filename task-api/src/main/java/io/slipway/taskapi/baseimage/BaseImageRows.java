package io.slipway.taskapi.baseimage;

import io.slipway.contract.ImageRef;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
import io.slipway.taskapi.task.Task;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Base image triggers of tasks as rows, with the images that they watch. */
@ApplicationScoped
public class BaseImageRows {
  private static final String LAST =
      """
      select task_uid, last_occurrence, last_run, concat_ws(' ', last_problem, standing, problem) as problem
      from base_image_trigger where task_uid = any($1)\
      """;

  private static final String DELETE = "delete from base_image_trigger where task_uid = $1";

  private static final String PUT =
      """
      insert into base_image_trigger (task_uid, registry_uid, enabled, kind, firing, due_at, standing)
      values ($1, $2, $3, $4, gen_random_uuid(), case when $3 then clock_timestamp() end, $5)
      on conflict (task_uid) do update
        set enabled = excluded.enabled, kind = excluded.kind, due_at = excluded.due_at,
          standing = excluded.standing\
      """;

  private static final String KIND =
      "select kind from base_image_trigger where task_uid = $1 and enabled for no key update";

  private static final String FORGET =
      """
      with gone as (delete from built_image where task_uid = $1)
      delete from base_image where task_uid = $1
        and (registry, repository, tag) not in (select * from unnest($2::text[], $3::text[], $4::text[]))\
      """;

  /**
   * A trigger that begins has seen what is there, or what the first poll will see; else it is what
   * the run was built on.
   */
  private static final String WATCH =
      """
      insert into base_image (task_uid, registry, repository, tag, host_uid, built, seen, poll_at)
      select $1, new.registry, new.repository, new.tag, registry.uid, new.digest,
        case when not $6 then new.digest when registry.uid is null then ''
          else coalesce(image_tag.digest, new.digest) end,
        case when registry.uid is null then clock_timestamp() end
      from unnest($2::text[], $3::text[], $4::text[], $5::text[])
          as new (registry, repository, tag, digest)
        left join registry on registry.login_server = new.registry
        left join image_tag on image_tag.registry_uid = registry.uid
          and image_tag.repository = new.repository and image_tag.tag = new.tag
      on conflict (task_uid, registry, repository, tag) do update
        set built = excluded.built, host_uid = excluded.host_uid\
      """;

  private static final String BUILT =
      """
      insert into built_image (task_uid, registry, repository, tag)
      select $1, * from unnest($2::text[], $3::text[], $4::text[])\
      """;

  /** Whoever pushed meanwhile, or did the same, has made it something else. */
  private static final String SETTLE =
      """
      update base_image_trigger
      set firing = case when $4 then gen_random_uuid() else firing end,
        due_at = case when due_at = $3 then $5 else due_at end,
        last_occurrence = $6, last_run = $7, last_problem = $8, problem = $9,
        circular = $10
      where task_uid = $1 and firing = $2 and enabled\
      """;

  private static final String SEEN =
      """
      update base_image set seen = new.digest
      from unnest($2::text[], $3::text[], $4::text[], $5::text[])
        as new (registry, repository, tag, digest)
      where task_uid = $1 and base_image.registry = new.registry
        and base_image.repository = new.repository and base_image.tag = new.tag\
      """;

  private final Transactions transactions;

  BaseImageRows(Transactions transactions) {
    this.transactions = transactions;
  }

  /**
   * What became of the last change of a base image.
   *
   * @param occurrence when that was, or null if there was none
   * @param runId run that it started, or null
   * @param problem why it started none, or some images can start none; or null
   */
  public record Last(
      @Nullable Instant occurrence, @Nullable String runId, @Nullable String problem) {}

  /** What became of the triggers of tasks, by the uids of those that have one. */
  public Uni<Map<UUID, Last>> last(List<Task> tasks) {
    UUID[] uids =
        tasks.stream()
            .filter(task -> task.definition().trigger().baseImageTrigger() != null)
            .map(Task::uid)
            .toArray(UUID[]::new);
    return uids.length == 0
        ? Uni.createFrom().item(Map.of())
        : transactions.reading(connection ->
            connection
                .preparedQuery(LAST)
                .execute(Sql.values((Object) uids))
                .map(rows -> {
                  Map<UUID, Last> last = new HashMap<>();
                  rows.forEach(row -> last.put(row.getUUID("task_uid"), shown(row)));
                  return last;
                }));
  }

  private static Last shown(Row row) {
    String problem = row.getString("problem");
    return new Last(
        Sql.timeOrNull(row, "last_occurrence"),
        row.getString("last_run"),
        problem.isEmpty() ? null : problem);
  }

  /**
   * Gives a task this trigger, or none for null.
   *
   * @param ran whether it is a run that changed it, not a person
   */
  Uni<Void> put(
      SqlConnection connection,
      UUID task,
      UUID registry,
      @Nullable WatchedImages images,
      boolean ran) {
    if (images == null) {
      return connection.preparedQuery(DELETE).execute(Sql.values(task)).replaceWithVoid();
    }
    return connection
        .preparedQuery(KIND)
        .execute(Sql.values(task))
        .chain(before -> {
          boolean goesOn =
              ran
                  && before.size() == 1
                  && before.iterator().next().getString("kind").equals(images.kind());
          return connection
              .preparedQuery(PUT)
              .execute(
                  Sql.values(task, registry, images.enabled(), images.kind(), images.problem()))
              .chain(() ->
                  connection
                      .preparedQuery(FORGET)
                      .execute(names(task, images.watched(), List.of())))
              .chain(() ->
                  connection
                      .preparedQuery(WATCH)
                      .execute(names(task, images.watched(), List.of(ImageRef::digest), !goesOn)))
              .chain(() ->
                  connection.preparedQuery(BUILT).execute(names(task, images.built(), List.of())));
        })
        .replaceWithVoid();
  }

  /** Remembers what became of the images. */
  Uni<Void> settle(DueBaseImages due, DueBaseImages.After after) {
    Last last = after.last();
    return transactions.in(connection ->
        connection
            .preparedQuery(SETTLE)
            .execute(
                Sql.values(
                    due.taskUid(),
                    due.firing(),
                    due.dueAt(),
                    after.fired(),
                    after.dueAt(),
                    last.occurrence(),
                    last.runId(),
                    last.problem(),
                    after.problem(),
                    after.circular()))
            .chain(settled ->
                settled.rowCount() == 0 || after.seen().isEmpty()
                    ? Uni.createFrom().voidItem()
                    : connection
                        .preparedQuery(SEEN)
                        .execute(names(due.taskUid(), after.seen(), List.of(ImageRef::digest)))
                        .replaceWithVoid()));
  }

  /** A task, the names of images in three arrays, and more of them. */
  private static Tuple names(
      UUID task,
      List<ImageRef> images,
      List<Function<ImageRef, @Nullable String>> more,
      Object... others) {
    List<Object> values = new ArrayList<>();
    values.add(task);
    Stream.concat(
            Stream.<Function<ImageRef, @Nullable String>>of(
                ImageRef::registry, ImageRef::repository, ImageRef::tag),
            more.stream())
        .forEach(part -> values.add(images.stream().map(part).toArray(String[]::new)));
    values.addAll(List.of(others));
    return Sql.values(values.toArray());
  }
}
