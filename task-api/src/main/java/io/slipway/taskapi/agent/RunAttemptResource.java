package io.slipway.taskapi.agent;

import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a registry asks whether a run goes on for which a token was made. An attempt goes on until
 * the run is over, or is somebody else's: a lease that nobody could extend for a while ends none.
 */
@Path("/internal/run-attempts")
@RolesAllowed(Caller.REGISTRY)
public class RunAttemptResource {
  private static final int MOST = 500;

  private static final String CHECK =
      """
      select exists (
        select 1 from run where run.uid = asked.uid and run.attempt = asked.attempt
          and run.status in ('Started', 'Running')) as going
      from unnest($1::uuid[], $2::int[]) with ordinality as asked (uid, attempt, place)
      order by place\
      """;

  private final LeaseTransactions transactions;
  private final LedgerAway ledgerAway;

  RunAttemptResource(LeaseTransactions transactions, LedgerAway ledgerAway) {
    this.transactions = transactions;
    this.ledgerAway = ledgerAway;
  }

  /** An attempt of a run. */
  public record Attempt(@Nullable UUID runUid, int attempt) {}

  /** Attempts to check, 1 to 500. */
  public record Asked(@Nullable List<@Nullable Attempt> attempts) {}

  /** Whether each goes on, in the order asked. */
  public record Checked(List<Boolean> going) {}

  /** Which of the attempts go on now; one of a run that does not exist does not. */
  @POST
  @Path("/checks")
  public Uni<Checked> check(@Nullable Asked asked) {
    if (asked == null
        || asked.attempts() == null
        || asked.attempts().isEmpty()
        || asked.attempts().size() > MOST) {
      throw ArmException.invalid("'attempts' must be a list of 1 to " + MOST);
    }
    List<UUID> runs = new ArrayList<>();
    List<Integer> attempts = new ArrayList<>();
    for (Attempt attempt : asked.attempts()) {
      if (attempt == null || attempt.runUid() == null) {
        throw ArmException.invalid("each of 'attempts' must have runUid and attempt");
      }
      runs.add(attempt.runUid());
      attempts.add(attempt.attempt());
    }
    return ledgerAway.orAnswer(
        transactions.reading(connection ->
            connection
                .preparedQuery(CHECK)
                .execute(Sql.values(runs.toArray(UUID[]::new), attempts.toArray(Integer[]::new)))
                .map(rows -> {
                  List<Boolean> going = new ArrayList<>();
                  rows.forEach(row -> going.add(row.getBoolean("going")));
                  return new Checked(going);
                })));
  }
}
