package io.slipway.taskapi.agent;

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
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * Where an agent gets uploaded source. To be an agent is not enough: it presents the token of a run
 * that it holds, and that run must work on this source.
 */
@Path("/internal/build-sources")
@RolesAllowed(Caller.AGENT)
public class BuildSourceResource {
  private final RunTokenCheck tokens;
  private final Transactions transactions;
  private final RunRepository runs;
  private final SourceFiles files;
  private final InstantSource clock;

  BuildSourceResource(
      RunTokenCheck tokens,
      Transactions transactions,
      RunRepository runs,
      SourceFiles files,
      InstantSource clock) {
    this.tokens = tokens;
    this.transactions = transactions;
    this.runs = runs;
    this.files = files;
    this.clock = clock;
  }

  /** The source as it was uploaded. */
  @GET
  @Path("/{id}")
  @Produces("application/octet-stream")
  public Uni<RestResponse<File>> get(
      @PathParam("id") UUID id, @HeaderParam("Slipway-Run-Token") @Nullable String token) {
    return tokens
        .check(token)
        .map(shown ->
            shown.orElseThrow(() ->
                ArmException.of(
                    401, "InvalidRunToken", "Slipway-Run-Token is missing or not valid.")))
        .call(shown -> requireHeld(shown, id))
        .map(ignored -> RestResponse.ok(file(id)));
  }

  private Uni<Void> requireHeld(RunTokenCheck.Shown shown, UUID id) {
    return transactions
        .reading(connection -> runs.find(connection, List.of(shown.runUid())))
        .invoke(found -> {
          if (found.stream().noneMatch(run -> holds(shown, run) && worksOn(run, id))) {
            throw ArmException.of(
                403, "SourceNotOfRun", "No run that is held with this token works on this source.");
          }
        })
        .replaceWithVoid();
  }

  private boolean holds(RunTokenCheck.Shown shown, Run run) {
    Instant until = run.lease().until();
    return run.state().attempt() == shown.attempt()
        && shown.agent().equals(run.state().agent())
        && until != null
        && until.isAfter(clock.instant());
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
