package io.slipway.taskapi.door;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.body.RunRequestReader;
import io.slipway.taskapi.definition.RunRequest;
import io.slipway.taskapi.definition.TaskIdentity;
import io.slipway.taskapi.door.CallersRegistries.RegistryPath;
import io.slipway.taskapi.request.AcceptRunRequest;
import io.slipway.taskapi.run.course.RunTrigger;
import io.slipway.taskapi.store.OffLoop;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import org.jspecify.annotations.Nullable;

/** Where people ask for runs, of tasks and of what the request itself says. */
@Path(
    "/subscriptions/{sub}/resourcegroups/{group}/providers/microsoft.containerregistry/registries/{registry}/schedulerun")
@RolesAllowed(Caller.ARM)
public class ScheduleRunResource {
  private final CallersRegistries registries;
  private final AcceptRunRequest acceptRunRequest;
  private final RequestKeys keys;
  private final OffLoop offLoop;
  private final Caller caller;

  ScheduleRunResource(
      CallersRegistries registries,
      AcceptRunRequest acceptRunRequest,
      RequestKeys keys,
      OffLoop offLoop,
      Caller caller) {
    this.registries = registries;
    this.acceptRunRequest = acceptRunRequest;
    this.keys = keys;
    this.offLoop = offLoop;
    this.caller = caller;
  }

  /**
   * Accepts a run. With a header {@code Idempotency-Key} a repeated request by the same caller is
   * one run.
   */
  @POST
  public Uni<RunView> scheduleRun(
      @BeanParam RegistryPath at,
      @HeaderParam("Idempotency-Key") @Nullable String key,
      JsonNode body) {
    String principal = caller.principalId();
    return registries
        .open(at, "scheduleRun/action")
        .chain(registry ->
            read(body, registry.id())
                .call(request -> registries.requireFor(at, request))
                .chain(request ->
                    acceptRunRequest.accept(
                        registry,
                        request,
                        new AcceptRunRequest.Origin(
                            RunTrigger.MANUAL,
                            TaskIdentity.NONE,
                            keys.idempotency(principal, key, body.toString()))))
                .map(run -> RunView.of(registry.id(), run)));
  }

  private Uni<RunRequest> read(JsonNode body, String registryId) {
    return RunRequestReader.hasStep(body)
        ? offLoop.call(() -> RunRequestReader.read(body, registryId))
        : Uni.createFrom().item(() -> RunRequestReader.read(body, registryId));
  }
}
