package io.slipway.taskapi.agent;

import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.run.RunRepository;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Where credential-broker asks whether an attempt of a run is owned now. */
@Path("/internal/leases")
@RolesAllowed(Caller.BROKER)
public class LeaseResource {
  private final Transactions transactions;
  private final RunRepository runs;
  private final InstantSource clock;

  LeaseResource(Transactions transactions, RunRepository runs, InstantSource clock) {
    this.transactions = transactions;
    this.runs = runs;
    this.clock = clock;
  }

  /**
   * Answer to the broker's question.
   *
   * @param until when the lease ends unless a heartbeat extends it
   */
  public record LeaseAnswer(boolean active, String agent, Instant until) {}

  /** The lease, or 404 if the attempt is over, fenced off or not yet claimed. */
  @GET
  @Path("/{runUid}/{attempt}")
  public Uni<LeaseAnswer> lease(
      @PathParam("runUid") UUID runUid, @PathParam("attempt") int attempt) {
    return transactions
        .reading(connection -> runs.find(connection, List.of(runUid)))
        .map(found ->
            found.stream()
                .filter(run -> run.state().attempt() == attempt)
                .map(this::active)
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() ->
                    ArmException.of(
                        404,
                        "LeaseNotActive",
                        "Attempt %d of run %s holds no active lease.".formatted(attempt, runUid))));
  }

  private Optional<LeaseAnswer> active(Run run) {
    Instant until = run.lease().until();
    String agent = run.state().agent();
    return until == null || agent == null || !until.isAfter(clock.instant())
        ? Optional.empty()
        : Optional.of(new LeaseAnswer(true, agent, until));
  }
}
