package io.slipway.taskapi.agent;

import io.slipway.contract.lease.HeldLease;
import io.slipway.identity.client.HolderKey;
import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.run.RunRepository;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.source.SourceFiles;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import java.io.File;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * Where an agent gets uploaded source. To be an agent is not enough: it presents the token of a run
 * that it holds, with the secret that it claimed it with, and that run must work on this source.
 */
@Path("/internal/build-sources")
@RolesAllowed(Caller.AGENT)
public class BuildSourceResource {
  private final CheckLeases leases;
  private final Transactions transactions;
  private final RunRepository runs;
  private final SourceFiles files;

  BuildSourceResource(
      CheckLeases leases, Transactions transactions, RunRepository runs, SourceFiles files) {
    this.leases = leases;
    this.transactions = transactions;
    this.runs = runs;
    this.files = files;
  }

  /** The source as it was uploaded. */
  @GET
  @Path("/{id}")
  @Produces("application/octet-stream")
  public Uni<RestResponse<File>> get(
      @PathParam("id") UUID id,
      @HeaderParam("Slipway-Run-Token") @Nullable String token,
      @HeaderParam(HolderKey.HEADER) @Nullable String key) {
    if (token == null || token.isBlank()) {
      throw invalidToken();
    }
    return leases
        .check(token)
        .map(held ->
            held.filter(lease -> HolderKey.isOf(key, lease.holder()))
                .orElseThrow(BuildSourceResource::invalidToken))
        .call(held -> requireWork(held, id))
        .map(ignored -> RestResponse.ok(file(id)));
  }

  static ArmException invalidToken() {
    return ArmException.of(
        401,
        "InvalidRunToken",
        "Slipway-Run-Token or Slipway-Holder-Key is missing, or no run is held with them.");
  }

  private Uni<Void> requireWork(HeldLease held, UUID id) {
    return transactions
        .reading(connection -> runs.find(connection, List.of(held.runUid())))
        .invoke(found -> {
          if (found.stream().noneMatch(run -> worksOn(run, id))) {
            throw ArmException.of(
                403, "SourceNotOfRun", "No run that is held with this token works on this source.");
          }
        })
        .replaceWithVoid();
  }

  private static boolean worksOn(Run run, UUID id) {
    return id.equals(run.origin().buildSource());
  }

  private File file(UUID id) {
    File whole = files.whole(id).toFile();
    if (!whole.isFile()) {
      throw ArmException.of(404, "SourceNotFound", "The source no longer exists.");
    }
    return whole;
  }
}
