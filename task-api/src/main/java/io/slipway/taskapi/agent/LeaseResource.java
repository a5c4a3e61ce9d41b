package io.slipway.taskapi.agent;

import io.slipway.contract.lease.ActAsAnswer;
import io.slipway.contract.lease.ActAsRequest;
import io.slipway.contract.lease.ActAsRequest.VaultRead;
import io.slipway.contract.lease.ActAsRequest.VaultReads;
import io.slipway.contract.lease.LeaseCheckAnswer;
import io.slipway.contract.lease.LeaseCheckRequest;
import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.neighbour.IdentityClient;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where credential-broker asks which runs are held with the tokens that agents show. */
@Path("/internal/leases")
@RolesAllowed(Caller.BROKER)
public class LeaseResource {
  private static final int MOST_TOKENS = 500;
  private static final int LONGEST_TOKEN = 4_096;
  private static final int MOST_READS = 100;
  private static final int LONGEST_NAME = 300;

  private final CheckLeases leases;
  private final LedgerAway ledgerAway;
  private final IdentityClient identity;

  LeaseResource(CheckLeases leases, LedgerAway ledgerAway, IdentityClient identity) {
    this.leases = leases;
    this.ledgerAway = ledgerAway;
    this.identity = identity;
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
   * A grant by identity-service to act as what the run may act as, for the purpose that is named;
   * 404 if no run is held with the token now.
   */
  @POST
  @Path("/act-as")
  public Uni<ActAsAnswer> actAs(@Nullable ActAsRequest request) {
    require(request == null ? null : request.runToken(), "'runToken'");
    if (request == null || (request.principal() == null) == (request.vault() == null)) {
      throw ArmException.invalid("either 'principal' or 'vault' must be there");
    }
    return ledgerAway
        .orAnswer(leases.actAs(request))
        .map(held -> held.orElseThrow(LeaseResource::notActive))
        .chain(identity::actAsGrant)
        .map(ActAsAnswer::new);
  }

  /** What the task file of a run names of key vaults; 404 if no run is held with the token now. */
  @POST
  @Path("/vault-reads")
  public Uni<Void> reads(@Nullable VaultReads said) {
    require(said == null ? null : said.runToken(), "'runToken'");
    if (said == null
        || said.reads() == null
        || said.reads().size() > MOST_READS
        || said.reads().stream().anyMatch(LeaseResource::isOdd)) {
      throw ArmException.invalid(
          "'reads' must be a list of at most %d with 'vault' and, if it has one, 'clientId'"
              .formatted(MOST_READS));
    }
    return ledgerAway
        .orAnswer(leases.reads(said))
        .invoke(held -> {
          if (!held) {
            throw notActive();
          }
        })
        .replaceWithVoid();
  }

  private static boolean isOdd(@Nullable VaultRead read) {
    return read == null
        || read.vault().isEmpty()
        || read.vault().length() > LONGEST_NAME
        || read.clientId() != null && read.clientId().length() > LONGEST_NAME;
  }

  private static ArmException notActive() {
    return ArmException.of(404, "LeaseNotActive", "No run is held with this token now.");
  }

  private static void require(@Nullable String token, String what) {
    if (token == null || token.isBlank() || token.length() > LONGEST_TOKEN) {
      throw ArmException.invalid(what + " must have 1 to " + LONGEST_TOKEN + " characters");
    }
  }
}
