package io.slipway.taskapi.retention;

import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.definition.RetentionDays;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Sweep;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Deletes runs with their logs some days after their end, as the installation, the registry and the
 * task say; archived runs stay. It goes along the index of ends, for each length of time that
 * occurs in a registry from where it came to the last time: what it passed over stays passed over
 * until the next full pass, which also finds what was archived before and what has a new policy.
 */
@ApplicationScoped
public class RetainRuns {
  private static final int STEP = 200;
  private static final Duration FULL_PASS = Duration.ofHours(24);

  private static final String REGISTRIES =
      "select uid, tags from registry where deleted_at is null order by uid";
  private static final String TASKS =
      "select registry_uid, uid, tags from task where strpos(tags, $1) > 0";

  /** Parameters: registry, end and number of the last one, latest end. */
  private static final String ENDED =
      """
      select uid, number, finished_at, task_uid, archived from run
      where registry_uid = $1 and finished_at is not null
        and (finished_at, number) > ($2, $3) and finished_at < $4
      order by finished_at, number limit 200\
      """;

  private final Transactions transactions;
  private final DeleteRuns deleteRuns;
  private final JsonText json;
  private final InstantSource clock;
  private final Duration usual;

  /** Where each pass came to. */
  private final Map<Pass, Mark> marks = new ConcurrentHashMap<>();

  private volatile Instant fullPass = Instant.MIN;

  RetainRuns(
      Transactions transactions,
      DeleteRuns deleteRuns,
      JsonText json,
      InstantSource clock,
      @ConfigProperty(name = "slipway.retention.days", defaultValue = "30") int days) {
    this.transactions = transactions;
    this.deleteRuns = deleteRuns;
    this.json = json;
    this.clock = clock;
    this.usual = days > 0 ? Duration.ofDays(days) : RetentionDays.FOREVER;
  }

  private record Pass(UUID registry, Duration kept) {}

  /** The last run that was looked at. */
  private record Mark(Instant finished, long number) {
    static final Mark START = new Mark(Instant.EPOCH, 0);
  }

  @Scheduled(
      every = "${slipway.retention.every:10m}",
      delayed = "1m",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> sweep() {
    Instant now = clock.instant();
    if (fullPass.equals(Instant.MIN) || fullPass.plus(FULL_PASS).isBefore(now)) {
      fullPass = now;
      marks.clear();
    }
    return Sweep.of(
        "The retention of runs",
        policies()
            .chain(all ->
                InTurn.each(
                    all.entrySet(),
                    one ->
                        Sweep.part(
                            "The retention of runs of registry " + one.getKey(),
                            retain(one.getKey(), one.getValue(), now)))));
  }

  private Uni<Map<UUID, RetentionPolicy>> policies() {
    return read(TASKS, Sql.values(RetentionDays.TAG))
        .map(rows -> {
          Map<UUID, Map<UUID, Duration>> tasks = new HashMap<>();
          for (Row row : rows) {
            RetentionDays.of(json.tags(row.getString("tags")))
                .ifPresent(kept ->
                    tasks
                        .computeIfAbsent(row.getUUID("registry_uid"), uid -> new HashMap<>())
                        .put(row.getUUID("uid"), kept));
          }
          return tasks;
        })
        .chain(tasks ->
            read(REGISTRIES, Sql.values())
                .map(rows -> {
                  Map<UUID, RetentionPolicy> policies = new HashMap<>();
                  for (Row row : rows) {
                    UUID uid = row.getUUID("uid");
                    policies.put(
                        uid,
                        new RetentionPolicy(
                            RetentionDays.of(json.tags(row.getString("tags"))).orElse(usual),
                            tasks.getOrDefault(uid, Map.of())));
                  }
                  return policies;
                }));
  }

  private Uni<Void> retain(UUID registry, RetentionPolicy policy, Instant now) {
    return InTurn.each(
        policy.durations(),
        kept -> InTurn.whilst(() -> step(new Pass(registry, kept), policy, now.minus(kept))));
  }

  /** Whether there is more to look at. */
  private Uni<Boolean> step(Pass pass, RetentionPolicy policy, Instant before) {
    Mark mark = marks.getOrDefault(pass, Mark.START);
    return read(ENDED, Sql.values(pass.registry(), mark.finished(), mark.number(), before))
        .chain(rows -> {
          List<UUID> over = new ArrayList<>();
          Mark last = mark;
          for (Row row : rows) {
            last = new Mark(Sql.time(row, "finished_at"), row.getLong("number"));
            if (!row.getBoolean("archived")
                && policy.of(row.getUUID("task_uid")).equals(pass.kept())) {
              over.add(row.getUUID("uid"));
            }
          }
          Mark reached = last;
          return deleteRuns
              .delete(over, false)
              .map(deleted -> {
                if (deleted < over.size()) { // another instance leads, or somebody holds a row
                  return false;
                }
                marks.put(pass, reached);
                return rows.size() == STEP;
              });
        });
  }

  private Uni<RowSet<Row>> read(String query, Tuple values) {
    return transactions.reading(connection -> connection.preparedQuery(query).execute(values));
  }
}
