package io.slipway.taskapi.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.contract.ImageRef;
import io.slipway.contract.RunOutcome;
import io.slipway.taskapi.run.course.Platform;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunKind;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.run.course.RunState.Finished;
import io.slipway.taskapi.run.course.RunState.Queued;
import io.slipway.taskapi.run.course.RunState.Running;
import io.slipway.taskapi.run.course.RunState.Started;
import io.slipway.taskapi.store.Sql;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs as rows of the table {@code run}. */
@ApplicationScoped
class RunRows {
  static final String INSERT =
      """
      insert into run (uid, registry_uid, registry, number, run_id, task_uid, task, kind, run_type,
        trigger_kind, pool, os, architecture, variant, cpu, timeout_seconds, custom_registries,
        spec, status, attempt, agent, lease_until, token_renew_at, cancel_requested, lost_agents,
        last_sequence, created_at, queued_at, published_at, started_at, finished_at, updated_at,
        error, output_images, log_bytes, archived, own_credentials, build_source)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
        $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $28, $29, $30, $31, $32, $33, $34, $35,
        $36, $37)\
      """;
  static final String UPDATE =
      """
      update run set status = $2, attempt = $3, agent = $4, lease_until = $5, token_renew_at = $6,
        cancel_requested = $7, lost_agents = $8, last_sequence = $9,
        published_at = case when queued_at = $10 then published_at else $10 end, queued_at = $10,
        started_at = $11, finished_at = $12, updated_at = $13, error = $14, output_images = $15,
        log_bytes = $16, archived = $17
      where uid = $1\
      """;

  private static final TypeReference<List<ImageRef>> IMAGES = new TypeReference<>() {};

  private final ObjectMapper json;

  RunRows(ObjectMapper json) {
    this.json = json;
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
            row.getUUID("build_source")),
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
            images(row.getString("output_images")),
            row.getLong("log_bytes")),
        row.getLong("last_sequence"),
        row.getString("spec"),
        row.getBoolean("archived"));
  }

  Tuple insertValues(Run run) {
    Run.Key key = run.key();
    Run.Origin origin = run.origin();
    List<@Nullable Object> values = new ArrayList<>();
    values.add(key.uid());
    values.add(key.registryUid());
    values.add(key.registry());
    values.add(key.number());
    values.add(key.runId());
    values.add(key.taskUid());
    values.add(key.task());
    values.add(origin.kind().text());
    values.add(origin.runType());
    values.add(origin.trigger());
    values.add(origin.pool());
    values.add(origin.platform().os());
    values.add(origin.platform().architecture());
    values.add(origin.platform().variant());
    values.add(origin.cpu());
    values.add(origin.timeoutSeconds());
    values.add(origin.customRegistries().toArray(String[]::new));
    values.add(run.spec());
    addState(values, run);
    values.add(run.times().created());
    addOutcome(values, run);
    values.add(origin.ownCredentials());
    values.add(origin.buildSource());
    return Sql.values(values.toArray());
  }

  Tuple updateValues(Run run) {
    List<@Nullable Object> values = new ArrayList<>();
    values.add(run.key().uid());
    addState(values, run);
    addOutcome(values, run);
    return Sql.values(values.toArray());
  }

  private static void addState(List<@Nullable Object> values, Run run) {
    values.add(run.state().status());
    values.add(run.state().attempt());
    values.add(agent(run.state()));
    values.add(run.lease().until());
    values.add(run.lease().renewTokenAt());
    values.add(cancelRequested(run.state()));
    values.add(run.lease().lostAgents().toArray(String[]::new));
    values.add(run.lastSequence());
  }

  private void addOutcome(List<@Nullable Object> values, Run run) {
    values.add(run.times().queued());
    values.add(run.times().started());
    values.add(run.times().finished());
    values.add(run.times().updated());
    values.add(run.result().error());
    values.add(text(run.result().outputImages()));
    values.add(run.result().logBytes());
    values.add(run.archived());
  }

  private static RunState state(Row row) {
    int attempt = row.getInteger("attempt");
    boolean cancel = row.getBoolean("cancel_requested");
    String status = row.getString("status");
    return switch (status) {
      case "Queued" -> new Queued(attempt);
      case "Started" -> new Started(attempt, row.getString("agent"), cancel);
      case "Running" -> new Running(attempt, row.getString("agent"), cancel);
      case "Succeeded" -> new Finished(attempt, RunOutcome.SUCCEEDED);
      case "Failed" -> new Finished(attempt, RunOutcome.FAILED);
      case "Canceled" -> new Finished(attempt, RunOutcome.CANCELED);
      case "Timeout" -> new Finished(attempt, RunOutcome.TIMEOUT);
      case "Error" -> new Finished(attempt, RunOutcome.ERROR);
      default -> throw new IllegalStateException("status of a run: " + status);
    };
  }

  private static @Nullable String agent(RunState state) {
    return switch (state) {
      case Started started -> started.agent();
      case Running running -> running.agent();
      case Queued ignored -> null;
      case Finished ignored -> null;
    };
  }

  private static boolean cancelRequested(RunState state) {
    return switch (state) {
      case Started started -> started.cancelRequested();
      case Running running -> running.cancelRequested();
      case Queued ignored -> false;
      case Finished ignored -> false;
    };
  }

  private List<ImageRef> images(String text) {
    try {
      return json.readValue(text, IMAGES);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("output images of a run", impossible);
    }
  }

  private String text(List<ImageRef> images) {
    try {
      return json.writeValueAsString(images);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("output images of a run", impossible);
    }
  }
}
