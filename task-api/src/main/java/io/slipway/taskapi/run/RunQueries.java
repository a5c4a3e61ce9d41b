package io.slipway.taskapi.run;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What people ask of runs. Lists go along an index from the newest back, a page at a time. */
@ApplicationScoped
public class RunQueries {
  private final Transactions transactions;
  private final RunRepository runs;
  private final InstantSource clock;

  RunQueries(Transactions transactions, RunRepository runs, InstantSource clock) {
    this.transactions = transactions;
    this.runs = runs;
    this.clock = clock;
  }

  /** The run with this id; fails with 404. */
  public Uni<Run> get(Registry registry, String runId) {
    return transactions
        .reading(connection -> runs.findById(connection, registry.uid(), runId))
        .map(found -> one(registry, runId, found));
  }

  /** The runs with these uids that exist. */
  public Uni<List<Run>> find(List<UUID> uids) {
    return uids.isEmpty()
        ? Uni.createFrom().item(List.of())
        : transactions.reading(connection -> runs.find(connection, uids));
  }

  /**
   * Runs of a registry, newest first, without imports, which clients follow as operations.
   *
   * @param filter {@code $filter}, or null
   * @param before number of the last run of the page before, or null
   * @param most how many
   */
  public Uni<List<Run>> list(
      Registry registry, @Nullable String filter, @Nullable Long before, int most) {
    RunFilter.Condition condition = RunFilter.parse(filter, 4);
    List<Object> values = new ArrayList<>();
    values.add(registry.uid());
    values.add(before == null ? Long.MAX_VALUE : before);
    values.add(most);
    values.addAll(condition.values());
    String query =
        "select * from run where registry_uid = $1 and number < $2 and kind = 'Task' and "
            + condition.sql()
            + " order by number desc limit $3";
    return transactions.reading(connection -> runs.list(connection, query, values.toArray()));
  }

  /** Keeps a run for good, or no longer; fails with 404 if it was deleted meanwhile. */
  public Uni<Run> archive(Registry registry, Run run, boolean archived) {
    return transactions
        .in(connection ->
            runs.list(
                connection,
                "update run set archived = $2, updated_at = $3 where uid = $1 returning *",
                run.key().uid(),
                archived,
                clock.instant()))
        .map(found -> one(registry, run.key().runId(), found));
  }

  private static Run one(Registry registry, String runId, List<Run> found) {
    if (found.isEmpty()) {
      throw ArmException.of(
          404,
          "RunNotFound",
          "The run '%s' was not found in registry '%s'.".formatted(runId, registry.name()));
    }
    return found.getFirst();
  }
}
