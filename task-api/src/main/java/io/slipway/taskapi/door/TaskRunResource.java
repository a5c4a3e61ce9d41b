package io.slipway.taskapi.door;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.Page;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.body.ArmFields;
import io.slipway.taskapi.body.IdentityReader;
import io.slipway.taskapi.body.RunRequestReader;
import io.slipway.taskapi.body.StoredRequest;
import io.slipway.taskapi.body.Tags;
import io.slipway.taskapi.definition.IdentityRequest;
import io.slipway.taskapi.definition.RunRequest;
import io.slipway.taskapi.definition.TaskName;
import io.slipway.taskapi.door.CallersRegistries.RegistryPath;
import io.slipway.taskapi.neighbour.IdentityClient.Check;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.run.RunQueries;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.OffLoop;
import io.slipway.taskapi.taskrun.DeleteTaskRun;
import io.slipway.taskapi.taskrun.SaveTaskRun;
import io.slipway.taskapi.taskrun.TaskRun;
import io.slipway.taskapi.taskrun.TaskRunRepository;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jspecify.annotations.Nullable;

/** Task runs of a registry, as ARM has them. */
@Path(
    "/subscriptions/{sub}/resourcegroups/{group}/providers/microsoft.containerregistry/registries/{registry}/taskruns")
@RolesAllowed(Caller.ARM)
public class TaskRunResource {
  private final CallersRegistries registries;
  private final TaskRunRepository taskRuns;
  private final SaveTaskRun saveTaskRun;
  private final DeleteTaskRun deleteTaskRun;
  private final RunQueries runs;
  private final OffLoop offLoop;
  private final NamedPages pages;
  private final JsonText json;

  TaskRunResource(
      CallersRegistries registries,
      TaskRunRepository taskRuns,
      SaveTaskRun saveTaskRun,
      DeleteTaskRun deleteTaskRun,
      RunQueries runs,
      OffLoop offLoop,
      NamedPages pages,
      JsonText json) {
    this.registries = registries;
    this.taskRuns = taskRuns;
    this.saveTaskRun = saveTaskRun;
    this.deleteTaskRun = deleteTaskRun;
    this.runs = runs;
    this.offLoop = offLoop;
    this.pages = pages;
    this.json = json;
  }

  /**
   * Makes the task run or replaces it, and runs it unless nothing has changed: 201 or 200. Its
   * provisioningState says how the run goes.
   */
  @PUT
  @Path("/{name}")
  public Uni<RestResponse<TaskRunView>> put(
      @BeanParam RegistryPath at, @PathParam("name") String name, JsonNode body) {
    TaskName.check("Task run", name);
    ArmFields.TASK_RUN.check(body);
    JsonNode properties = body.path("properties");
    IdentityRequest identities = IdentityReader.put(body.path("identity"));
    return registries
        .open(at, checks(at, name, identities, List.of()))
        .chain(registry ->
            read(at, registry, identities, properties.path("runRequest"))
                .chain(request ->
                    saveTaskRun.save(
                        new SaveTaskRun.Wanted(
                            registry,
                            name,
                            body.path("location").asText(registry.location()),
                            Tags.read(body, Map.of()),
                            identities,
                            request,
                            StoredRequest.of(properties.path("runRequest")).toString(),
                            properties.path("forceUpdateTag").asText(null))))
                .chain(saved ->
                    view(registry, saved.taskRun())
                        .map(view -> answer(saved.created() ? 201 : 200, view))));
  }

  /** Changes what the body names, and runs it unless nothing has changed. */
  @PATCH
  @Path("/{name}")
  public Uni<RestResponse<TaskRunView>> patch(
      @BeanParam RegistryPath at, @PathParam("name") String name, JsonNode body) {
    return registries
        .open(at, "taskRuns/write", "/taskRuns/" + name)
        .chain(registry ->
            taskRuns
                .get(registry, name)
                .chain(before -> patch(at, registry, before, body))
                .map(view -> answer(200, view)));
  }

  private Uni<TaskRunView> patch(
      RegistryPath at, Registry registry, TaskRun before, JsonNode body) {
    ArmFields.TASK_RUN.check(body);
    JsonNode properties = body.path("properties");
    IdentityRequest identities = IdentityReader.patch(body.path("identity"), before.identity());
    JsonNode request = properties.path("runRequest");
    String tag = properties.path("forceUpdateTag").asText(before.forceUpdateTag());
    boolean given = request.isObject() && !request.isEmpty();
    boolean runsAgain =
        given || body.has("identity") || !Objects.equals(tag, before.forceUpdateTag());
    if (!runsAgain) {
      return saveTaskRun
          .describe(registry, before, Tags.read(body, before.tags()))
          .chain(after -> view(registry, after));
    }
    ObjectNode stored = json.read(before.request(), ObjectNode.class);
    if (!given && StoredRequest.lacksSecrets(stored)) {
      throw ArmException.of(
          400,
          "InvalidTaskRun",
          "properties.runRequest is missing: its secret values and passwords were kept only while"
              + " its run lasted, so it must be given again.");
    }
    JsonNode wanted = given ? request : stored;
    List<String> had =
        before.identity().user().stream().map(it -> ResourceId.key(it.id())).toList();
    return registries
        .require(checks(at, before.name(), identities, had))
        .chain(() -> read(at, registry, identities, wanted))
        .chain(read ->
            saveTaskRun.save(
                new SaveTaskRun.Wanted(
                    registry,
                    before.name(),
                    before.location(),
                    Tags.read(body, before.tags()),
                    identities,
                    read,
                    StoredRequest.of(wanted).toString(),
                    tag)))
        .chain(saved -> view(registry, saved.taskRun()));
  }

  private Uni<RunRequest> read(
      RegistryPath at, Registry registry, IdentityRequest identities, JsonNode body) {
    return offLoop
        .call(() -> RunRequestReader.ofTaskRun(body, identities, registry.id()))
        .call(request -> registries.requireFor(at, request));
  }

  @GET
  @Path("/{name}")
  public Uni<RestResponse<TaskRunView>> get(
      @BeanParam RegistryPath at, @PathParam("name") String name) {
    return shown(at, name, "taskRuns/read");
  }

  /** The task run; secret values are not shown here either. */
  @POST
  @Path("/{name}/listdetails")
  public Uni<RestResponse<TaskRunView>> listDetails(
      @BeanParam RegistryPath at, @PathParam("name") String name) {
    return shown(at, name, "taskRuns/listDetails/action");
  }

  /** Task runs by name, a page. */
  @GET
  public Uni<Page<TaskRunView>> list(
      @BeanParam RegistryPath at, @QueryParam("$skipToken") @Nullable String after) {
    return registries
        .open(at, "taskRuns/read")
        .chain(registry ->
            taskRuns
                .list(registry, NamedPages.after(after))
                .chain(found ->
                    latest(found.rows())
                        .map(latest ->
                            found.rows().stream()
                                .map(it -> view(registry, it, latest.get(it.runUid())))
                                .toList())
                        .map(views -> pages.page(registry.id() + "/taskRuns", found, views))));
  }

  /** Deletes the task run; its run goes on and stays on record: 200, or 204 if there is none. */
  @DELETE
  @Path("/{name}")
  public Uni<RestResponse<Void>> delete(
      @BeanParam RegistryPath at, @PathParam("name") String name) {
    return registries
        .open(at, "taskRuns/delete", "/taskRuns/" + name)
        .chain(registry -> deleteTaskRun.delete(registry, name))
        .map(deleted -> deleted ? RestResponse.<Void>ok() : RestResponse.<Void>noContent());
  }

  private Uni<RestResponse<TaskRunView>> shown(RegistryPath at, String name, String action) {
    return registries
        .open(at, action, "/taskRuns/" + name)
        .chain(registry ->
            taskRuns
                .get(registry, name)
                .chain(taskRun -> view(registry, taskRun))
                .map(view -> answer(200, view)));
  }

  private Uni<TaskRunView> view(Registry registry, TaskRun taskRun) {
    return latest(List.of(taskRun))
        .map(latest -> view(registry, taskRun, latest.get(taskRun.runUid())));
  }

  private TaskRunView view(Registry registry, TaskRun taskRun, @Nullable Run run) {
    ObjectNode stored = json.read(taskRun.request(), ObjectNode.class);
    return TaskRunView.of(registry.id(), taskRun, StoredRequest.shown(stored), run);
  }

  private Uni<Map<@Nullable UUID, Run>> latest(List<TaskRun> found) {
    List<UUID> uids = new ArrayList<>();
    for (TaskRun taskRun : found) {
      if (taskRun.runUid() != null) {
        uids.add(taskRun.runUid());
      }
    }
    return runs.find(uids)
        .map(all -> all.stream().collect(Collectors.toMap(run -> run.key().uid(), run -> run)));
  }

  /** Clients that follow a deployment ask again after this time; without it, after 30 seconds. */
  private static RestResponse<TaskRunView> answer(int status, TaskRunView view) {
    ResponseBuilder<TaskRunView> answer = ResponseBuilder.create(status);
    answer.entity(view);
    if (!view.isFinal()) {
      answer.header("Retry-After", 2);
    }
    return answer.build();
  }

  /** Whoever deploys a task run asks for a run, and can act as the identities that it is given. */
  private static List<Check> checks(
      RegistryPath at, String name, IdentityRequest identities, List<String> already) {
    List<Check> checks = new ArrayList<>();
    checks.add(CallersRegistries.check(at, "taskRuns/write", "/taskRuns/" + name));
    checks.add(CallersRegistries.check(at, "scheduleRun/action", ""));
    checks.addAll(identities.checks(already));
    return checks;
  }
}
