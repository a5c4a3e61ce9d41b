package io.slipway.taskapi.run;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunId;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.source.BuildSources;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Accepts a run: its row and the event that tells the agents are one transaction, so an accepted
 * run is never lost and never published as two runs.
 */
@ApplicationScoped
public class ScheduleRun {
  private static final String REMEMBER =
      "insert into run_request (registry_uid, key, digest, run_uid, created_at)"
          + " values ($1, $2, $3, $4, $5) on conflict (registry_uid, key) do nothing";
  private static final String RECALL =
      "select digest, run_uid from run_request where registry_uid = $1 and key = $2";

  private final Transactions transactions;
  private final RunRepository runs;
  private final RunAnnouncements announcements;
  private final BuildSources sources;
  private final InstantSource clock;

  ScheduleRun(
      Transactions transactions,
      RunRepository runs,
      RunAnnouncements announcements,
      BuildSources sources,
      InstantSource clock) {
    this.transactions = transactions;
    this.runs = runs;
    this.announcements = announcements;
    this.sources = sources;
    this.clock = clock;
  }

  /**
   * A run that was asked for.
   *
   * @param uid its uid, given by the caller so that others can be told of it before
   * @param registryUid registry that it belongs to
   * @param registry name of that registry
   * @param runPrefix first two letters of the registry's run ids
   * @param taskUid task, or null
   * @param task name of the task, or null
   * @param origin what it asks of an agent
   * @param spec what an agent is to do, as JSON without secrets
   * @param archived whether it is kept for good
   */
  public record Draft(
      UUID uid,
      UUID registryUid,
      String registry,
      String runPrefix,
      @Nullable UUID taskUid,
      @Nullable String task,
      Run.Origin origin,
      String spec,
      boolean archived) {}

  /**
   * Makes a repeated request one run.
   *
   * @param key what the caller chose, with whatever tells callers apart
   * @param digest digest of the request, so that one key is not used for two different ones
   */
  public record Idempotency(String key, String digest) {}

  /** The key was used for another request before. */
  public static final class KeyReused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KeyReused() {
      super("the Idempotency-Key was used for another request before");
    }
  }

  /**
   * Accepts the run, or finds the one that the same key led to.
   *
   * @return the run; fails with {@link KeyReused}
   */
  public Uni<Run> schedule(Draft draft, @Nullable Idempotency idempotency) {
    return transactions
        .in(connection ->
            idempotency == null
                ? accept(connection, draft)
                : acceptOnce(connection, draft, idempotency))
        .invoke(announcements::nudge);
  }

  private Uni<Run> acceptOnce(SqlConnection connection, Draft draft, Idempotency idempotency) {
    return connection
        .preparedQuery(REMEMBER)
        .execute(
            Sql.values(
                draft.registryUid(),
                idempotency.key(),
                idempotency.digest(),
                draft.uid(),
                clock.instant()))
        .chain(remembered ->
            remembered.rowCount() == 1
                ? accept(connection, draft)
                : recall(connection, draft.registryUid(), idempotency));
  }

  private Uni<Run> recall(SqlConnection connection, UUID registryUid, Idempotency idempotency) {
    return connection
        .preparedQuery(RECALL)
        .execute(Sql.values(registryUid, idempotency.key()))
        .map(found -> found.iterator().next())
        .chain(row ->
            row.getString("digest").equals(idempotency.digest())
                ? runs.find(connection, List.of(row.getUUID("run_uid"))).map(List::getFirst)
                : Uni.createFrom().failure(new KeyReused()));
  }

  private Uni<Run> accept(SqlConnection connection, Draft draft) {
    return requireSource(connection, draft)
        .chain(() -> runs.nextNumber(connection, draft.registryUid()))
        .map(number -> queued(draft, number))
        .call(run -> runs.insert(connection, run))
        .call(run -> announcements.queued(connection, List.of(run)));
  }

  private Uni<Void> requireSource(SqlConnection connection, Draft draft) {
    UUID source = draft.origin().buildSource();
    return source == null
        ? Uni.createFrom().voidItem()
        : sources
            .lockComplete(connection, source, draft.registryUid())
            .invoke(there -> {
              if (!there) {
                throw ArmException.of(
                    400,
                    "SourceNotFound",
                    "sourceLocation: registry '%s' has no complete upload '%s';"
                            .formatted(draft.registry(), source)
                        + " upload to a new link (listBuildSourceUploadUrl).");
              }
            })
            .replaceWithVoid();
  }

  private Run queued(Draft draft, long number) {
    Instant now = clock.instant();
    return new Run(
        new Run.Key(
            draft.uid(),
            draft.registryUid(),
            draft.registry(),
            number,
            RunId.of(draft.runPrefix(), number),
            draft.taskUid(),
            draft.task()),
        draft.origin(),
        new RunState.Queued(1),
        new Run.Times(now, now, null, null, now),
        new Run.Lease(null, null, List.of()),
        new Run.Result(null, List.of(), null),
        0,
        draft.spec(),
        draft.archived());
  }
}
