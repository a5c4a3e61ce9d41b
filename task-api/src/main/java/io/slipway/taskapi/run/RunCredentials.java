package io.slipway.taskapi.run;

import io.quarkus.logging.Log;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.cleanup.Cleanup;
import io.slipway.taskapi.cleanup.Cleanups;
import io.slipway.taskapi.http.Upstream;
import io.slipway.taskapi.neighbour.BrokerClient;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Credentials and secrets that the broker keeps for one run alone. It is given them before the run
 * is accepted, under the uid that the run will have, and forgets them when the run is over. That it
 * must forget them is written down first, so that nothing stays if this service dies in between.
 */
@ApplicationScoped
public class RunCredentials {
  /** After this time the run has been accepted or never will be. */
  private static final Duration ACCEPTED = Duration.ofMinutes(10);

  private final Transactions transactions;
  private final Cleanups cleanups;
  private final BrokerClient broker;
  private final InstantSource clock;

  RunCredentials(
      Transactions transactions, Cleanups cleanups, BrokerClient broker, InstantSource clock) {
    this.transactions = transactions;
    this.cleanups = cleanups;
    this.broker = broker;
    this.clock = clock;
  }

  /**
   * What one run has and no other.
   *
   * @param bindings login server to binding, as the broker takes it
   * @param secrets name to value
   */
  public record Own(JsonObject bindings, Map<String, String> secrets) {
    public static final Own NONE = new Own(new JsonObject(), Map.of());

    public boolean isEmpty() {
      return bindings.isEmpty() && secrets.isEmpty();
    }

    @Override
    public String toString() { // without the values
      return "Own[" + bindings.fieldNames() + ", " + secrets.keySet() + "]";
    }
  }

  /**
   * Tells the broker, then accepts the run. If that leads to another run, because the request was
   * repeated, or is refused, the broker forgets at once.
   */
  public Uni<Run> during(UUID uid, Own own, Supplier<Uni<Run>> accept) {
    if (own.isEmpty()) {
      return accept.get();
    }
    return keep(uid, own)
        .chain(accept::get)
        .call(run -> run.key().uid().equals(uid) ? Uni.createFrom().voidItem() : forget(uid))
        .onFailure(RunCredentials::isRefused)
        .call(() -> forget(uid));
  }

  /**
   * Whether there is no run, for certain. After any other failure there may be one, if the answer
   * to its COMMIT was lost: the cleanup that was written down looks.
   */
  private static boolean isRefused(Throwable failure) {
    return failure instanceof ArmException || failure instanceof ScheduleRun.KeyReused;
  }

  /** Tells the broker what a run has; it forgets all of it when there is no such run any more. */
  public Uni<Void> keep(UUID uid, Own own) {
    Cleanup later = Cleanup.run(uid);
    return transactions
        .in(connection -> cleanups.add(connection, List.of(later), clock.instant().plus(ACCEPTED)))
        .chain(() -> broker.patch(uid, own.bindings(), new JsonObject(Map.copyOf(own.secrets()))));
  }

  /** If this fails, the cleanup that was written down does it later. */
  private Uni<Void> forget(UUID uid) {
    return broker
        .forget(uid.toString())
        .onFailure(Upstream.class)
        .recoverWithUni(failure -> {
          Log.warnf("What run %s had is forgotten later: %s", uid, failure.getMessage());
          return Uni.createFrom().voidItem();
        });
  }
}
