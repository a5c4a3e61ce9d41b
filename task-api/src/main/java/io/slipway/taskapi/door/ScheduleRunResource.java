package io.slipway.taskapi.door;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.access.Access;
import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.registry.RegistryRepository;
import io.slipway.taskapi.request.AcceptRunRequest;
import io.slipway.taskapi.run.RunView;
import io.slipway.taskapi.store.OffLoop;
import io.slipway.taskapi.task.TaskIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.jspecify.annotations.Nullable;

/** Where people ask for runs, of tasks and of what the request itself says. */
@Path(
    "/subscriptions/{sub}/resourcegroups/{group}/providers/microsoft.containerregistry/registries/{registry}/schedulerun")
@RolesAllowed(Caller.ARM)
public class ScheduleRunResource {
  private static final String ACTION = "Microsoft.ContainerRegistry/registries/scheduleRun/action";

  private final RegistryRepository registries;
  private final AcceptRunRequest acceptRunRequest;
  private final RequestKeys keys;
  private final OffLoop offLoop;
  private final Access access;
  private final Caller caller;

  ScheduleRunResource(
      RegistryRepository registries,
      AcceptRunRequest acceptRunRequest,
      RequestKeys keys,
      OffLoop offLoop,
      Access access,
      Caller caller) {
    this.registries = registries;
    this.acceptRunRequest = acceptRunRequest;
    this.keys = keys;
    this.offLoop = offLoop;
    this.access = access;
    this.caller = caller;
  }

  /**
   * Accepts a run. With a header {@code Idempotency-Key} a repeated request by the same caller is
   * one run.
   */
  @POST
  public Uni<RunView> scheduleRun(
      @PathParam("sub") String subscription,
      @PathParam("group") String group,
      @PathParam("registry") String name,
      @HeaderParam("Idempotency-Key") @Nullable String key,
      JsonNode body) {
    String principal = caller.principalId();
    return access
        .require(principal, ACTION, ResourceId.registry(subscription, group, name))
        .chain(() -> registries.get(group, name))
        .chain(registry ->
            offLoop
                .call(() -> RunRequestReader.read(body, registry.id()))
                .chain(request ->
                    acceptRunRequest.accept(
                        registry,
                        request,
                        new AcceptRunRequest.Origin(
                            "Manual",
                            TaskIdentity.NONE,
                            keys.idempotency(principal, key, body.toString()))))
                .map(run -> RunView.of(registry.id(), run)));
  }
}
