package io.slipway.taskapi.run;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.type.TypeReference;
import io.slipway.contract.ImageRef;
import io.slipway.contract.agent.Platform;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunKind;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.Sql;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs as rows of the table {@code run}. There is one list of its columns; INSERT, UPDATE and their
 * parameters are made from it. Whoever adds a column adds a line there and reads it in {@link
 * #run}.
 */
@ApplicationScoped
class RunRows {
  private static final String PUBLISHED = "published_at";
  private static final TypeReference<List<ImageRef>> IMAGES = new TypeReference<>() {};

  private final JsonText json;
  private final List<Column> columns;
  private final List<Column> updated;
  private final String insert;
  private final String update;

  RunRows(JsonText json) {
    this.json = json;
    this.columns = columns(json);
    this.updated = columns.stream().filter(column -> column.update() != null).toList();
    this.insert =
        "insert into run (%s) values (%s)"
            .formatted(
                columns.stream().map(Column::name).collect(joining(", ")),
                IntStream.rangeClosed(1, columns.size())
                    .mapToObj(number -> "$" + number)
                    .collect(joining(", ")));
    this.update =
        "update run set %s where uid = $1"
            .formatted(
                IntStream.range(0, updated.size())
                    .mapToObj(index -> updated.get(index).assignment(index + 2))
                    .collect(joining(", ")));
  }

  /**
   * @param update what an UPDATE sets it to, with ? for the value; null if it never changes
   * @param value its value in the row of a run
   */
  private record Column(
      String name, @Nullable String update, Function<Run, @Nullable Object> value) {

    String assignment(int number) {
      return name + " = " + Objects.requireNonNull(update).replace("?", "$" + number);
    }
  }

  private static Column fixed(String name, Function<Run, @Nullable Object> value) {
    return new Column(name, null, value);
  }

  private static Column changing(String name, Function<Run, @Nullable Object> value) {
    return new Column(name, "?", value);
  }

  private static List<Column> columns(JsonText json) {
    return List.of(
        fixed("uid", run -> run.key().uid()),
        fixed("registry_uid", run -> run.key().registryUid()),
        fixed("registry", run -> run.key().registry()),
        fixed("number", run -> run.key().number()),
        fixed("run_id", run -> run.key().runId()),
        fixed("task_uid", run -> run.key().taskUid()),
        fixed("task", run -> run.key().task()),
        fixed("kind", run -> run.origin().kind().text()),
        fixed("run_type", run -> run.origin().runType()),
        fixed("trigger_kind", run -> run.origin().trigger()),
        fixed("pool", run -> run.origin().pool()),
        fixed("os", run -> run.origin().platform().os()),
        fixed("architecture", run -> run.origin().platform().architecture()),
        fixed("variant", run -> run.origin().platform().variant()),
        fixed("cpu", run -> run.origin().cpu()),
        fixed("timeout_seconds", run -> run.origin().timeoutSeconds()),
        fixed("custom_registries", run -> array(run.origin().customRegistries())),
        fixed("own_credentials", run -> run.origin().ownCredentials()),
        fixed("build_source", run -> run.origin().buildSource()),
        fixed("spec", Run::spec),
        fixed("created_at", run -> run.times().created()),
        changing("status", run -> run.state().status()),
        changing("attempt", run -> run.state().attempt()),
        changing("agent", run -> run.state().agent()),
        changing("cancel_requested", run -> run.state().cancelRequested()),
        changing("lease_until", run -> run.lease().until()),
        changing("token_renew_at", run -> run.lease().renewTokenAt()),
        changing("lost_agents", run -> array(run.lease().lostAgents())),
        changing("last_sequence", Run::lastSequence),
        changing("queued_at", run -> run.times().queued()),
        // When the run was last published to the queue: one that is queued again is published
        // again.
        new Column(
            PUBLISHED,
            "case when queued_at = ? then published_at else null end",
            run -> run.times().queued()),
        changing("started_at", run -> run.times().started()),
        changing("finished_at", run -> run.times().finished()),
        changing("updated_at", run -> run.times().updated()),
        changing("error", run -> run.result().error()),
        changing("output_images", run -> json.write(run.result().outputImages())),
        changing("log_bytes", run -> run.result().logBytes()),
        changing("archived", Run::archived),
        fixed("priority", run -> run.origin().priority()));
  }

  String insert() {
    return insert;
  }

  /** All columns for a SELECT; {@code spec}, which may be large, is empty. */
  String withoutSpec() {
    return columns.stream()
        .map(column -> column.name().equals("spec") ? "'' as spec" : column.name())
        .collect(joining(", "));
  }

  /**
   * Values of a new row.
   *
   * @param published when the agents are told of it, or null if it waits in the backlog
   */
  Tuple insertValues(Run run, @Nullable Instant published) {
    return Sql.values(
        columns.stream()
            .map(column -> column.name().equals(PUBLISHED) ? published : column.value().apply(run))
            .toArray());
  }

  /** Changes the run whose uid is the first parameter. */
  String update() {
    return update;
  }

  Tuple updateValues(Run run) {
    Stream<@Nullable Object> changed = updated.stream().map(column -> column.value().apply(run));
    return Sql.values(Stream.concat(Stream.of(run.key().uid()), changed).toArray());
  }

  Run run(Row row) {
    return new Run(
        new Run.Key(
            row.getUUID("uid"),
            row.getUUID("registry_uid"),
            row.getString("registry"),
            row.getLong("number"),
            row.getString("run_id"),
            row.getUUID("task_uid"),
            row.getString("task")),
        new Run.Origin(
            RunKind.of(row.getString("kind")),
            row.getString("run_type"),
            row.getString("trigger_kind"),
            row.getString("pool"),
            new Platform(
                row.getString("os"), row.getString("architecture"), row.getString("variant")),
            row.getInteger("cpu"),
            row.getInteger("timeout_seconds"),
            List.of(row.getArrayOfStrings("custom_registries")),
            row.getBoolean("own_credentials"),
            row.getUUID("build_source"),
            row.getInteger("priority")),
        state(row),
        new Run.Times(
            Sql.time(row, "created_at"),
            Sql.time(row, "queued_at"),
            Sql.timeOrNull(row, "started_at"),
            Sql.timeOrNull(row, "finished_at"),
            Sql.time(row, "updated_at")),
        new Run.Lease(
            Sql.timeOrNull(row, "lease_until"),
            Sql.timeOrNull(row, "token_renew_at"),
            List.of(row.getArrayOfStrings("lost_agents"))),
        new Run.Result(
            row.getString("error"),
            json.read(row.getString("output_images"), IMAGES),
            row.getLong("log_bytes")),
        row.getLong("last_sequence"),
        row.getString("spec"),
        row.getBoolean("archived"));
  }

  private static RunState state(Row row) {
    return RunState.of(
        row.getString("status"),
        row.getInteger("attempt"),
        row.getString("agent"),
        row.getBoolean("cancel_requested"));
  }

  private static String[] array(List<String> list) {
    return list.toArray(String[]::new);
  }
}
