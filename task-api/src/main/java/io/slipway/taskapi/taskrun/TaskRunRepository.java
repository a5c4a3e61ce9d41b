package io.slipway.taskapi.taskrun;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.definition.TaskIdentity;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.registry.RegistryRepository;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.NamedRows;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.TimeOrderedId;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Queries over task runs; names are compared in any case. */
@ApplicationScoped
public class TaskRunRepository {
  private static final String RESERVE =
      """
      insert into task_run (uid, registry_uid, name, name_key, location, tags, identity, request,
        digest, created_at, updated_at, version)
      values ($1, $2, $3, $4, $5, '{}', $6, '{}', '', $7, $7, 0)
      on conflict (registry_uid, name_key) do update set updated_at = excluded.updated_at
        where task_run.run_uid is null\
      """;
  private static final String SAVE =
      """
      update task_run set location = $3, tags = $4, identity = $5, request = $6,
        force_update_tag = $7, digest = $8, run_uid = $9, updated_at = $10, version = version + 1
      where uid = $1 and version = $2 returning *\
      """;

  private static final NamedRows PAGES =
      new NamedRows(
          "task_run", "length(request) + length(identity) + length(tags)", "run_uid is not null");

  private final Transactions transactions;
  private final JsonText json;
  private final String subscriptionId;
  private final InstantSource clock;

  TaskRunRepository(
      Transactions transactions,
      JsonText json,
      @ConfigProperty(name = "slipway.subscription-id") String subscriptionId,
      InstantSource clock) {
    this.transactions = transactions;
    this.json = json;
    this.subscriptionId = subscriptionId;
    this.clock = clock;
  }

  /** Id of a task run of a registry. */
  static String id(Registry registry, String name) {
    return registry.id() + "/taskRuns/" + name;
  }

  /** The task run, if a run of it was accepted. */
  Uni<Optional<TaskRun>> find(Registry registry, String name) {
    return transactions
        .reading(connection -> place(connection, registry, name))
        .map(found -> found.filter(it -> it.runUid() != null));
  }

  private Uni<Optional<TaskRun>> place(SqlConnection connection, Registry registry, String name) {
    return connection
        .preparedQuery("select * from task_run where registry_uid = $1 and name_key = $2")
        .execute(Sql.values(registry.uid(), ResourceId.key(name)))
        .map(rows -> all(registry, rows).stream().findFirst());
  }

  /** The task run; fails with 404. */
  public Uni<TaskRun> get(Registry registry, String name) {
    return find(registry, name)
        .map(found -> found.orElseThrow(() -> ArmException.notFound(id(registry, name))));
  }

  /**
   * Task runs of a registry by name, a page.
   *
   * @param after where the page begins, empty for the first
   */
  public Uni<NamedRows.Slice<TaskRun>> list(Registry registry, String after) {
    return transactions.reading(
        connection -> PAGES.read(connection, registry.uid(), after, row -> taskRun(registry, row)));
  }

  /** Finds the place of a task run or makes one, so that its uid is known before it has a run. */
  Uni<TaskRun> reserve(SqlConnection connection, Registry registry, String name, String location) {
    Instant now = clock.instant();
    String noIdentity = json.write(TaskIdentity.NONE);
    return connection
        .preparedQuery(RESERVE)
        .execute(
            Sql.values(
                TimeOrderedId.at(now),
                registry.uid(),
                name,
                ResourceId.key(name),
                location,
                noIdentity,
                now))
        .chain(() -> place(connection, registry, name))
        .map(Optional::orElseThrow);
  }

  /** Writes what may change; fails with 409 if it was changed since it was read. */
  Uni<TaskRun> save(SqlConnection connection, Registry registry, TaskRun changed) {
    return connection
        .preparedQuery(SAVE)
        .execute(
            Sql.values(
                changed.uid(),
                changed.version(),
                changed.location(),
                json.write(changed.tags()),
                json.write(changed.identity()),
                changed.request(),
                changed.forceUpdateTag(),
                changed.digest(),
                changed.runUid(),
                clock.instant()))
        .map(rows ->
            all(registry, rows).stream()
                .findFirst()
                .orElseThrow(() ->
                    ArmException.conflict(
                        "The task run was changed at the same time. Repeat the request.")));
  }

  /** Deletes it, its runs stay on record; false if there is none. */
  Uni<Boolean> delete(SqlConnection connection, Registry registry, String name) {
    return connection
        .preparedQuery("delete from task_run where registry_uid = $1 and name_key = $2")
        .execute(Sql.values(registry.uid(), ResourceId.key(name)))
        .map(rows -> rows.rowCount() > 0);
  }

  /** Deletes what refused or interrupted requests left before that time; gives the ARM ids. */
  Uni<List<String>> deleteAbandoned(SqlConnection connection, Instant before) {
    return connection
        .preparedQuery(
            "delete from task_run using registry r where r.uid = task_run.registry_uid"
                + " and run_uid is null and task_run.updated_at < $1"
                + " returning task_run.name, r.name as registry, r.group_key")
        .execute(Sql.values(before))
        .map(rows -> {
          List<String> ids = new ArrayList<>();
          rows.forEach(row ->
              RegistryRepository.idOf(subscriptionId, row)
                  .map(id -> id + "/taskRuns/" + row.getString("name"))
                  .ifPresent(ids::add));
          return ids;
        });
  }

  private List<TaskRun> all(Registry registry, RowSet<Row> rows) {
    List<TaskRun> found = new ArrayList<>();
    rows.forEach(row -> found.add(taskRun(registry, row)));
    return found;
  }

  private TaskRun taskRun(Registry registry, Row row) {
    UUID uid = row.getUUID("uid");
    String name = row.getString("name");
    return new TaskRun(
        uid,
        id(registry, name),
        name,
        row.getString("location"),
        json.tags(row.getString("tags")),
        json.readOften(row.getString("identity"), TaskIdentity.class),
        row.getString("request"),
        row.getString("force_update_tag"),
        row.getString("digest"),
        row.getUUID("run_uid"),
        Sql.time(row, "created_at"),
        row.getInteger("version"));
  }
}
