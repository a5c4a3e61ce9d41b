package io.slipway.taskapi.task;

import com.fasterxml.jackson.core.type.TypeReference;
import io.slipway.contract.ImageDependency;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.definition.TaskDefinition;
import io.slipway.taskapi.definition.TaskIdentity;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.store.Gathered;
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
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Queries over tasks; names are compared in any case. */
@ApplicationScoped
public class TaskRepository {
  private static final TypeReference<List<ImageDependency>> DEPENDENCIES = new TypeReference<>() {};

  /**
   * An odd version is being changed, for no longer than a minute unless whoever does it is gone.
   */
  private static final String RESERVE =
      """
      insert into task (uid, registry_uid, name, name_key, location, tags, identity, dependencies,
        created_at, updated_at, version)
      values ($1, $2, $3, $4, $5, '{}', $6, '[]', $7, $7, 1)
      on conflict (registry_uid, name_key) do update
        set version = task.version + 1 + task.version % 2, updated_at = excluded.updated_at
        where (task.version % 2 = 0 or task.updated_at < excluded.updated_at - interval '1 minute')
          and case when $8::uuid is null then task.properties is null
            else task.uid = $8 and task.version = $9 end
      returning uid, version\
      """;

  private static final String SAVE =
      """
      update task set location = $3, tags = $4, properties = $5, identity = $6, updated_at = $7,
        version = version + 1, saved_at = clock_timestamp()
      where uid = $1 and version = $2 returning *\
      """;

  private static final int MOST = 200;

  /** Others don't wait longer for a look-up that hangs. */
  private static final Duration LONGEST = Duration.ofSeconds(2);

  private static final String FIND =
      """
      select task.* from unnest($1::uuid[], $2::text[]) as asked (registry, name)
        join task on task.registry_uid = asked.registry and task.name_key = asked.name
      where task.properties is not null\
      """;

  /** Characters of a definition: its runs have about as many, see AcceptRuns. */
  private static final int LARGEST = 256 * 1_024;

  private static final NamedRows PAGES =
      new NamedRows(
          "task",
          "length(properties) + length(identity) + length(tags) + length(dependencies)",
          "properties is not null");

  private final Transactions transactions;
  private final JsonText json;
  private final InstantSource clock;

  /** What is asked for while a look-up is under way is looked up together in the next one. */
  private final Gathered<Named, Optional<Row>> gathered = new Gathered<>(MOST, LONGEST, this::all);

  TaskRepository(Transactions transactions, JsonText json, InstantSource clock) {
    this.transactions = transactions;
    this.json = json;
    this.clock = clock;
  }

  private record Named(UUID registry, String key) {}

  /** Place of a task in the ledger, whether or not it is complete. */
  record Reserved(UUID uid, int version) {}

  /** What a task is to be. */
  record Wanted(
      String location,
      Map<String, String> tags,
      TaskDefinition definition,
      TaskIdentity identity) {}

  /** Id of a task of a registry. */
  public static String id(Registry registry, String name) {
    return registry.id() + "/tasks/" + name;
  }

  /** The task; fails with 404. */
  public Uni<Task> get(Registry registry, String name) {
    return find(registry, name)
        .map(found -> found.orElseThrow(() -> ArmException.notFound(id(registry, name))));
  }

  /** The task, unless there is none or its creation did not finish. */
  public Uni<Optional<Task>> find(Registry registry, String name) {
    // PostgreSQL refuses this character, and with it the names of others.
    return name.indexOf('\0') >= 0
        ? Uni.createFrom().item(Optional.empty())
        : gathered
            .add(new Named(registry.uid(), ResourceId.key(name)))
            .map(found -> found.map(row -> task(registry, row)));
  }

  private Uni<List<Uni<Optional<Row>>>> all(List<Named> asked) {
    List<Named> names = asked.stream().distinct().toList();
    return transactions
        .reading(connection ->
            connection
                .preparedQuery(FIND)
                .execute(
                    Sql.values(
                        names.stream().map(Named::registry).toArray(UUID[]::new),
                        names.stream().map(Named::key).toArray(String[]::new))))
        .map(rows -> {
          Map<Named, Row> found = new HashMap<>();
          rows.forEach(row ->
              found.put(new Named(row.getUUID("registry_uid"), row.getString("name_key")), row));
          return asked.stream()
              .map(one -> Uni.createFrom().item(Optional.ofNullable(found.get(one))))
              .toList();
        });
  }

  /**
   * Tasks of a registry by name, a page.
   *
   * @param after where the page begins, empty for the first
   */
  public Uni<NamedRows.Slice<Task>> list(Registry registry, String after) {
    return transactions.reading(
        connection -> PAGES.read(connection, registry.uid(), after, row -> task(registry, row)));
  }

  /** Fails with 400 for a definition that is too large. */
  void checkSize(TaskDefinition definition) {
    int size = json.write(definition).length();
    if (size > LARGEST) {
      throw ArmException.of(
          400,
          "TaskTooLarge",
          "properties have %d characters, at most %d are allowed.".formatted(size, LARGEST));
    }
  }

  /**
   * Finds the place of a task or makes one, so that its uid is known before it is complete. Nobody
   * else may change it until it is saved or released; fails with 409 if somebody does already, or
   * has.
   */
  Uni<Reserved> reserve(
      SqlConnection connection,
      Registry registry,
      String name,
      String location,
      Optional<Task> before) {
    Instant now = clock.instant();
    return connection
        .preparedQuery(RESERVE)
        .execute(
            Sql.values(
                TimeOrderedId.at(now),
                registry.uid(),
                name,
                ResourceId.key(name),
                location,
                json.write(TaskIdentity.NONE),
                now,
                before.map(Task::uid).orElse(null),
                before.map(Task::version).orElse(null)))
        .map(rows -> {
          for (Row row : rows) {
            UUID uid = row.getUUID("uid");
            if (before.isEmpty() || before.get().uid().equals(uid)) {
              return new Reserved(uid, row.getInteger("version"));
            }
          }
          throw changed();
        });
  }

  /** Ends a change that was refused, so that another may begin; false if one did already. */
  Uni<Boolean> release(SqlConnection connection, Reserved reserved) {
    return connection
        .preparedQuery("update task set version = version + 1 where uid = $1 and version = $2")
        .execute(Sql.values(reserved.uid(), reserved.version()))
        .map(updated -> updated.rowCount() > 0);
  }

  /** Completes a task; fails with 409 if it was changed since it was reserved. */
  Uni<Task> save(SqlConnection connection, Registry registry, Reserved reserved, Wanted wanted) {
    return connection
        .preparedQuery(SAVE)
        .execute(
            Sql.values(
                reserved.uid(),
                reserved.version(),
                wanted.location(),
                json.write(wanted.tags()),
                json.write(wanted.definition()),
                json.write(wanted.identity()),
                clock.instant()))
        .map(rows ->
            tasks(registry, rows).stream().findFirst().orElseThrow(TaskRepository::changed));
  }

  /** What is answered to the slower of two changes at the same time. */
  private static ArmException changed() {
    return ArmException.conflict("The task was changed at the same time. Repeat the request.");
  }

  private List<Task> tasks(Registry registry, RowSet<Row> rows) {
    List<Task> found = new ArrayList<>();
    rows.forEach(row -> found.add(task(registry, row)));
    return found;
  }

  private Task task(Registry registry, Row row) {
    String name = row.getString("name");
    return new Task(
        row.getUUID("uid"),
        id(registry, name),
        name,
        row.getString("location"),
        json.tags(row.getString("tags")),
        json.readOften(row.getString("properties"), TaskDefinition.class),
        json.readOften(row.getString("identity"), TaskIdentity.class),
        json.read(row.getString("dependencies"), DEPENDENCIES),
        Sql.time(row, "created_at"),
        row.getInteger("version"));
  }
}
