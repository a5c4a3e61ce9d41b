package io.slipway.taskapi.agent;

import io.slipway.contract.lease.ActAsAnswer;
import io.slipway.contract.lease.ActAsRequest;
import io.slipway.contract.lease.LeaseCheckAnswer;
import io.slipway.contract.lease.LeaseCheckRequest;
import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.neighbour.IdentityClient;
import io.slipway.taskapi.run.RunRepository;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where credential-broker asks which runs are held with the tokens that agents show. */
@Path("/internal/leases")
@RolesAllowed(Caller.BROKER)
public class LeaseResource {
  private static final int MOST_TOKENS = 500;
  private static final int LONGEST_TOKEN = 4_096;

  private final Transactions transactions;
  private final RunRepository runs;
  private final CheckLeases leases;
  private final LedgerAway ledgerAway;
  private final IdentityClient identity;
  private final InstantSource clock;

  LeaseResource(
      Transactions transactions,
      RunRepository runs,
      CheckLeases leases,
      LedgerAway ledgerAway,
      IdentityClient identity,
      InstantSource clock) {
    this.transactions = transactions;
    this.runs = runs;
    this.leases = leases;
    this.ledgerAway = ledgerAway;
    this.identity = identity;
    this.clock = clock;
  }

  /** For each run token the lease that is held with it now, or null. */
  @POST
  @Path("/checks")
  public Uni<LeaseCheckAnswer> check(@Nullable LeaseCheckRequest request) {
    List<String> tokens = request == null ? null : request.tokens();
    if (tokens == null || tokens.isEmpty() || tokens.size() > MOST_TOKENS) {
      throw ArmException.invalid("'tokens' must be a list of 1 to " + MOST_TOKENS);
    }
    tokens.forEach(token -> require(token, "each of 'tokens'"));
    return ledgerAway.orAnswer(leases.check(tokens)).map(LeaseCheckAnswer::new);
  }

  /**
   * A grant by identity-service to act as what the run may act as; 404 if no run is held with the
   * token now.
   */
  @POST
  @Path("/act-as")
  public Uni<ActAsAnswer> actAs(@Nullable ActAsRequest request) {
    String token = require(request == null ? null : request.runToken(), "'runToken'");
    return ledgerAway
        .orAnswer(leases.check(token))
        .map(held ->
            held.orElseThrow(() ->
                ArmException.of(404, "LeaseNotActive", "No run is held with this token now.")))
        .chain(held ->
            identity.actAsGrant(
                new IdentityClient.ActAsRequest(
                    held.subject(), held.runUid(), held.attempt(), held.agent(), held.mayActAs())))
        .map(ActAsAnswer::new);
  }

  private static String require(@Nullable String token, String what) {
    if (token == null || token.isBlank() || token.length() > LONGEST_TOKEN) {
      throw ArmException.invalid(what + " must have 1 to " + LONGEST_TOKEN + " characters");
    }
    return token;
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
