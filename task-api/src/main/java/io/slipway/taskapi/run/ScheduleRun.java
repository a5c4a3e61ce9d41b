package io.slipway.taskapi.run;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.dispatch.Dispatcher;
import io.slipway.taskapi.dispatch.Lane;
import io.slipway.taskapi.dispatch.LiveAgents;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.store.Gathered;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.Outage;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Accepts runs: the row of a run says that it waits for an agent, so an accepted run is never lost
 * and never two. Runs that are asked for while a transaction is under way are accepted together in
 * the next one; one that can't be accepted doesn't keep the others from it.
 */
@ApplicationScoped
public class ScheduleRun {
  private static final int BATCH = 500;

  /** A batch that takes longer hangs: whoever repeats its requests with their keys loses none. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** Somebody holds a registry for longer: the others of the batch don't wait for it. */
  private static final Duration LONGEST_LOCK = Duration.ofSeconds(1);

  private static final String LOCKED = "55P03";
  private static final String NO_SUCH_ROW = "23503";

  private final Transactions transactions;
  private final AcceptRuns acceptRuns;
  private final RunRequests requests;
  private final LiveAgents agents;
  private final Dispatcher dispatcher;
  private final RunAnnouncements announcements;
  private final Gathered<Asked, Run> gathered = new Gathered<>(BATCH, LIMIT, this::batch);

  ScheduleRun(
      Transactions transactions,
      AcceptRuns acceptRuns,
      RunRequests requests,
      LiveAgents agents,
      Dispatcher dispatcher,
      RunAnnouncements announcements) {
    this.transactions = transactions;
    this.acceptRuns = acceptRuns;
    this.requests = requests;
    this.agents = agents;
    this.dispatcher = dispatcher;
    this.announcements = announcements;
  }

  /**
   * A run that was asked for.
   *
   * @param uid its uid, given by the caller so that others can be told of it before
   * @param registryUid registry that it belongs to
   * @param registry name of that registry
   * @param registryId ARM id of that registry
   * @param runPrefix first two letters of the registry's run ids
   * @param taskUid task, or null
   * @param task name of the task, or null
   * @param origin what it asks of an agent
   * @param spec what an agent is to do, as JSON without secrets
   * @param archived whether it is kept for good
   * @param registryTags tags of the registry, which may limit its runs
   */
  public record Draft(
      UUID uid,
      UUID registryUid,
      String registry,
      String registryId,
      String runPrefix,
      @Nullable UUID taskUid,
      @Nullable String task,
      Run.Origin origin,
      String spec,
      boolean archived,
      Map<String, String> registryTags) {
    Lane lane() {
      return new Lane(origin.pool(), origin.platform().os(), origin.platform().architecture());
    }
  }

  /**
   * Makes a repeated request one run.
   *
   * @param key what the caller chose, with whatever tells callers apart
   * @param digest digest of the request, so that one key is not used for two different ones
   */
  public record Idempotency(String key, String digest) {}

  /** A draft and what makes a repetition the same run. */
  public record Asked(Draft draft, @Nullable Idempotency idempotency) {}

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
   * @return the run; fails with {@link KeyReused}, with 429 if too many runs of the registry wait
   *     already, or with 400 if its source is not there
   */
  public Uni<Run> schedule(Draft draft, @Nullable Idempotency idempotency) {
    return gathered.add(new Asked(draft, idempotency));
  }

  /** Accepts runs together. What becomes of each is in the order of the drafts. */
  public List<Uni<Run>> schedule(List<Asked> asked) {
    return gathered.addAll(asked);
  }

  /** The keys that led to a run of the registry before, and to which. */
  public Uni<Map<String, UUID>> known(UUID registry, List<String> keys) {
    return transactions.reading(connection -> requests.known(connection, registry, keys));
  }

  private Uni<List<Uni<Run>>> batch(List<Asked> asked) {
    return accept(asked)
        .map(accepted -> asked.stream().map(one -> run(accepted, one)).toList())
        .onFailure(failure -> asked.size() > 1 && isOfOne(failure))
        .recoverWithItem(() -> oneByOne(asked));
  }

  private static Uni<Run> run(AcceptedRuns accepted, Asked one) {
    return Uni.createFrom().item(() -> accepted.run(one.draft().uid()));
  }

  /**
   * Whether the whole batch was rolled back because of one draft. After any other failure the batch
   * may have been committed although nobody could say so, and is not tried again: whoever repeats
   * the request with its key gets its run.
   */
  private static boolean isOfOne(Throwable failure) {
    return isState(failure, LOCKED) || (failure instanceof PgException && !Outage.is(failure));
  }

  private static boolean isState(Throwable failure, String state) {
    return failure instanceof PgException pg && state.equals(pg.getSqlState());
  }

  /** Behind the next batches, which don't wait for it. */
  private List<Uni<Run>> oneByOne(List<Asked> asked) {
    Uni<List<Uni<Run>>> all =
        InTurn.<Asked, Uni<Run>>map(
                asked,
                one ->
                    accept(List.of(one))
                        .map(accepted -> run(accepted, one))
                        .onFailure()
                        .recoverWithItem(
                            failure -> Uni.createFrom().failure(explained(one, failure))))
            .memoize()
            .indefinitely();
    return IntStream.range(0, asked.size())
        .mapToObj(index -> all.chain(answers -> answers.get(index)))
        .toList();
  }

  private static Throwable explained(Asked one, Throwable failure) {
    return isState(failure, NO_SUCH_ROW)
        ? ArmException.notFound("registry " + one.draft().registry())
        : failure;
  }

  private Uni<AcceptedRuns> accept(List<Asked> asked) {
    return agents
        .look()
        .chain(alive ->
            transactions.in(
                LONGEST_LOCK, connection -> acceptRuns.accept(connection, asked, alive)))
        .invoke(accepted -> {
          announcements.answered(accepted.added());
          dispatcher.send(accepted.told());
          if (!accepted.waiting().isEmpty()) {
            dispatcher.backlog(accepted.waiting());
          }
        });
  }
}
