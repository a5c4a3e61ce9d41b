package io.slipway.taskapi.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.access.Access;
import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.registry.RegistryRepository;
import io.slipway.taskapi.run.RunQueries;
import io.slipway.taskapi.run.RunView;
import io.slipway.taskapi.run.ScheduleRun;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.store.OffLoop;
import io.slipway.taskapi.task.TaskIdentity;
import io.slipway.taskapi.task.TaskRepository;
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
  private final TaskRepository tasks;
  private final ScheduleTaskRun scheduleTaskRun;
  private final ScheduleQuickRun scheduleQuickRun;
  private final RequestKeys keys;
  private final RunQueries runs;
  private final OffLoop offLoop;
  private final Access access;
  private final Caller caller;

  ScheduleRunResource(
      RegistryRepository registries,
      TaskRepository tasks,
      ScheduleTaskRun scheduleTaskRun,
      ScheduleQuickRun scheduleQuickRun,
      RequestKeys keys,
      RunQueries runs,
      OffLoop offLoop,
      Access access,
      Caller caller) {
    this.registries = registries;
    this.tasks = tasks;
    this.scheduleTaskRun = scheduleTaskRun;
    this.scheduleQuickRun = scheduleQuickRun;
    this.keys = keys;
    this.runs = runs;
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
                    schedule(registry, request, keys.idempotency(principal, key, body))
                        .call(run ->
                            request.archive() && !run.archived()
                                ? runs.archive(run, true)
                                : Uni.createFrom().voidItem())
                        .chain(run -> runs.get(registry, run.key().runId()))
                        .map(run -> RunView.of(registry.id(), run))))
        .onFailure(ScheduleRun.KeyReused.class)
        .transform(reused -> ArmException.conflict(String.valueOf(reused.getMessage())));
  }

  private Uni<Run> schedule(
      Registry registry, RunRequest request, ScheduleRun.@Nullable Idempotency idempotency) {
    return switch (request) {
      case RunRequest.OfTask ofTask ->
          tasks
              .get(registry, ofTask.task())
              .chain(task ->
                  scheduleTaskRun.schedule(
                      registry, task, "Manual", ofTask.override(), idempotency));
      case RunRequest.Quick quick ->
          scheduleQuickRun.schedule(registry, quick, TaskIdentity.NONE, idempotency);
    };
  }
}
