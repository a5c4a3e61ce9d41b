package io.slipway.taskapi.run;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.type.TypeReference;
import io.slipway.contract.Causation;
import io.slipway.contract.ImageRef;
import io.slipway.contract.agent.Platform;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunHistory;
import io.slipway.taskapi.run.course.RunKind;
import io.slipway.taskapi.run.course.RunOwner;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.run.course.RunTrigger;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.Sql;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs as rows of the table {@code run}. There is one list of its columns; INSERT, SELECT, UPDATE
 * and their values are made from it. Whoever adds a column adds a line there and reads it in {@link
 * #run}. Not in the list are {@code spec}, which is long and only the claim reads, and what only
 * the claim writes.
 */
@ApplicationScoped
class RunRows {
  private static final Causation NO_REQUEST = new Causation(null, null, null);
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
        "insert into run (%s, spec) values (%s)"
            .formatted(
                columns(""),
                IntStream.rangeClosed(1, columns.size() + 1)
                    .mapToObj(number -> "$" + number)
                    .collect(joining(", ")));
    // One statement for any number of runs, whose values come as one JSON document.
    this.update =
        """
        update run set %s
        from json_to_recordset($1::text::json) as c (uid uuid, %s)
        where run.uid = c.uid\
        """
            .formatted(
                updated.stream().map(Column::assignment).collect(joining(", ")),
                updated.stream()
                    .map(column -> column.name() + " " + column.type())
                    .collect(joining(", ")));
  }

  /**
   * @param type its type, where an UPDATE needs it; empty if it never changes
   * @param update what an UPDATE sets it to, with ? for the new row; null if it never changes
   * @param value its value in the row of a run
   */
  private record Column(
      String name, String type, @Nullable String update, Function<Run, @Nullable Object> value) {
    String assignment() {
      return name + " = " + update;
    }
  }

  private static Column fixed(String name, Function<Run, @Nullable Object> value) {
    return new Column(name, "", null, value);
  }

  private static Column changing(String name, String type, Function<Run, @Nullable Object> value) {
    return new Column(name, type, "c." + name, value);
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
        fixed("trigger_kind", run -> run.origin().trigger().kind()),
        fixed("timer_trigger", run -> text(json, run.origin().trigger().timer())),
        fixed("image_update_trigger", run -> text(json, run.origin().trigger().imageUpdate())),
        fixed("source_trigger", run -> text(json, run.origin().trigger().source())),
        fixed("request_id", run -> request(run).id()),
        fixed("request_source", run -> request(run).source()),
        fixed("request_trace", run -> request(run).traceparent()),
        fixed("pool", run -> run.origin().pool()),
        fixed("os", run -> run.origin().platform().os()),
        fixed("architecture", run -> run.origin().platform().architecture()),
        fixed("variant", run -> run.origin().platform().variant()),
        fixed("cpu", run -> run.origin().cpu()),
        fixed("timeout_seconds", run -> run.origin().timeoutSeconds()),
        fixed("custom_registries", run -> array(run.origin().customRegistries())),
        fixed("own_credentials", run -> run.origin().ownCredentials()),
        fixed("build_source", run -> run.origin().buildSource()),
        fixed("created_at", run -> run.times().created()),
        changing("status", "text", run -> run.state().status()),
        changing("attempt", "int", run -> run.state().attempt()),
        changing("agent", "text", run -> run.state().agent()),
        changing("incarnation", "uuid", run -> incarnation(run)),
        changing("cancel_requested", "boolean", run -> run.state().cancelRequested()),
        changing("lease_until", "timestamptz", run -> run.lease().until()),
        changing("lost_agents", "text[]", run -> array(run.lease().history().lostAgents())),
        changing("lost_attempts", "int[]", run -> lostAttempts(run)),
        changing("handed_back", "int", run -> run.lease().history().handedBack()),
        changing("last_sequence", "bigint", Run::lastSequence),
        changing("queued_at", "timestamptz", run -> run.times().queued()),
        // When the run was last published to the queue: one that is queued again is published
        // again.
        new Column(
            PUBLISHED,
            "timestamptz",
            "case when run.queued_at = c.queued_at then run.published_at else null end",
            run -> run.times().queued()),
        changing("started_at", "timestamptz", run -> run.times().started()),
        changing("finished_at", "timestamptz", run -> run.times().finished()),
        changing("updated_at", "timestamptz", run -> run.times().updated()),
        changing("error", "text", run -> run.result().error()),
        changing("output_images", "text", run -> json.write(run.result().outputImages())),
        changing("log_bytes", "bigint", run -> run.result().logBytes()),
        changing("archived", "boolean", Run::archived),
        fixed("priority", run -> run.origin().priority()));
  }

  private static @Nullable UUID incarnation(Run run) {
    RunOwner owner = run.state().owner();
    return owner == null ? null : owner.incarnation();
  }

  private static @Nullable String text(JsonText json, @Nullable Object trigger) {
    return trigger == null ? null : json.write(trigger);
  }

  private RunTrigger trigger(Row row) {
    String timer = row.getString("timer_trigger");
    String update = row.getString("image_update_trigger");
    String source = row.getString("source_trigger");
    return new RunTrigger(
        row.getString("trigger_kind"),
        timer == null ? null : json.read(timer, RunTrigger.Timer.class),
        update == null ? null : json.read(update, RunTrigger.ImageUpdate.class),
        source == null ? null : json.read(source, RunTrigger.Source.class),
        Causation.of(
            row.getString("request_id"),
            row.getString("request_source"),
            row.getString("request_trace")));
  }

  private static Causation request(Run run) {
    Causation request = run.origin().trigger().request();
    return request == null ? NO_REQUEST : request;
  }

  private static Integer[] lostAttempts(Run run) {
    return run.lease().history().lost().stream()
        .map(RunHistory.Lost::attempt)
        .toArray(Integer[]::new);
  }

  /** Names of all columns that {@link #run} reads, each with a prefix, which may be empty. */
  String columns(String prefix) {
    return columns.stream().map(column -> prefix + column.name()).collect(joining(", "));
  }

  String insert() {
    return insert;
  }

  /**
   * Values of a new row.
   *
   * @param spec what an agent is to execute
   * @param published when the agents are told of it, or null if it waits in the backlog
   */
  Tuple insertValues(Run run, String spec, @Nullable Instant published) {
    Stream<@Nullable Object> values =
        columns.stream()
            .map(column -> column.name().equals(PUBLISHED) ? published : column.value().apply(run));
    return Sql.values(Stream.concat(values, Stream.of(spec)).toArray());
  }

  /** Changes runs; its only parameter is {@link #updateValue}. */
  String update() {
    return update;
  }

  String updateValue(Collection<Run> runs) {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>(runs.size());
    for (Run run : runs) {
      Map<String, @Nullable Object> row = new HashMap<>();
      row.put("uid", run.key().uid());
      updated.forEach(column -> row.put(column.name(), text(column.value().apply(run))));
      rows.add(row);
    }
    return json.write(rows);
  }

  /** PostgreSQL reads times as text. */
  private static @Nullable Object text(@Nullable Object value) {
    return value instanceof Instant time ? time.toString() : value;
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
            trigger(row),
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
        new Run.Lease(Sql.timeOrNull(row, "lease_until"), history(row)),
        new Run.Result(
            row.getString("error"),
            json.read(row.getString("output_images"), IMAGES),
            row.getLong("log_bytes")),
        row.getLong("last_sequence"),
        row.getBoolean("archived"));
  }

  private static RunHistory history(Row row) {
    String[] agents = row.getArrayOfStrings("lost_agents");
    Integer[] attempts = row.getArrayOfIntegers("lost_attempts");
    // Runs that were over before attempts were kept have the names alone.
    List<RunHistory.Lost> lost =
        IntStream.range(0, Math.min(agents.length, attempts.length))
            .mapToObj(index -> new RunHistory.Lost(attempts[index], agents[index]))
            .toList();
    return new RunHistory(lost, row.getInteger("handed_back"));
  }

  private static RunState state(Row row) {
    return RunState.of(
        row.getString("status"),
        row.getInteger("attempt"),
        RunOwner.of(row.getString("agent"), row.getUUID("incarnation")),
        row.getBoolean("cancel_requested"));
  }

  private static String[] array(List<String> list) {
    return list.toArray(String[]::new);
  }
}
