package io.slipway.taskapi.leader;

import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one instance of this service that does what must be done once for all: it watches over leases
 * and cleans up. It leads by a row of the database and the database's clock, for five seconds at a
 * time; {@code LedgerBeats} extends that each second.
 */
@ApplicationScoped
public class Leader {
  private static final Duration TERM = Duration.ofSeconds(5);

  private static final String LEAD =
      """
      insert into leader (name, holder, until)
      values ('ledger', $1, clock_timestamp() + $2 * interval '1 second')
      on conflict (name) do update set holder = $1, until = excluded.until
      where leader.holder = $1 or leader.until <= clock_timestamp()\
      """;
  private static final String RESIGN =
      "update leader set until = clock_timestamp() where name = 'ledger' and holder = $1";

  /** Lets this instance extend its term meanwhile, and another one take over when it is past. */
  private static final String LEADS =
      """
      select 1 from leader
      where name = 'ledger' and holder = $1 and until > clock_timestamp() for key share\
      """;

  /** Nobody takes over before the transaction is at its end. */
  private static final String LEADS_UNTIL_THE_END =
      """
      select 1 from leader
      where name = 'ledger' and holder = $1 and until > clock_timestamp() for share\
      """;

  /** A leader that was paused in a transaction must not write when it wakes up. */
  private static final String NO_PAUSE = "set local idle_in_transaction_session_timeout = '3s'";

  private final Transactions transactions;
  private final String holder = "task-api-" + UUID.randomUUID();

  // Written by the thread of the beats, read by any.
  private volatile @Nullable Long ledAtNanos;

  Leader(Transactions transactions) {
    this.transactions = transactions;
  }

  /** Name of this instance, a new one for each start. */
  public String holder() {
    return holder;
  }

  /** Whether this instance led when it last asked, not long ago. The database has the last word. */
  public boolean leads() {
    Long at = ledAtNanos;
    return at != null && System.nanoTime() - at < TERM.toNanos();
  }

  /**
   * Begins or extends this instance's term.
   *
   * @return whether it leads now; false while another one does
   */
  public Uni<Boolean> lead() {
    return Uni.createFrom()
        .deferred(() -> {
          long asked = System.nanoTime(); // the term begins later, so this one ends earlier
          return transactions
              .in(connection ->
                  connection
                      .preparedQuery(LEAD)
                      .execute(Sql.values(holder, TERM.toSeconds()))
                      .map(rows -> rows.rowCount() == 1))
              .invoke(leads -> ledAtNanos = leads ? Long.valueOf(asked) : null);
        });
  }

  /** Lets another instance lead at once. */
  public Uni<Void> resign() {
    ledAtNanos = null;
    return transactions.in(connection ->
        connection.preparedQuery(RESIGN).execute(Sql.values(holder)).replaceWithVoid());
  }

  /**
   * Runs the work in one transaction if this instance leads, and else not at all. The work is to be
   * short; what is long goes in pieces, each of which asks again.
   *
   * @return empty if this instance does not lead, or the work answers nothing
   */
  public <T> Uni<Optional<T>> in(Function<SqlConnection, Uni<T>> work) {
    return in(LEADS, work);
  }

  /**
   * The same for work that another leader must never do at the same time. It must be over within a
   * second or two: meanwhile this instance cannot extend its term either.
   */
  public <T> Uni<Optional<T>> alone(Function<SqlConnection, Uni<T>> work) {
    return in(LEADS_UNTIL_THE_END, work);
  }

  private <T> Uni<Optional<T>> in(String check, Function<SqlConnection, Uni<T>> work) {
    if (!leads()) {
      return Uni.createFrom().item(Optional.empty());
    }
    return transactions.in(connection ->
        connection
            .query(NO_PAUSE)
            .execute()
            .chain(() -> connection.preparedQuery(check).execute(Sql.values(holder)))
            .chain(rows ->
                rows.size() == 0
                    ? Uni.createFrom().item(Optional.<T>empty())
                    : work.apply(connection).map(Optional::ofNullable)));
  }
}
