package io.slipway.taskapi.door;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.Page;
import io.slipway.taskapi.arm.Warning;
import io.slipway.taskapi.body.ArmFields;
import io.slipway.taskapi.body.IdentityReader;
import io.slipway.taskapi.body.RegistryBody;
import io.slipway.taskapi.body.Tags;
import io.slipway.taskapi.body.TaskPatch;
import io.slipway.taskapi.body.TaskReader;
import io.slipway.taskapi.definition.IdentityRequest;
import io.slipway.taskapi.definition.TaskName;
import io.slipway.taskapi.door.CallersRegistries.RegistryPath;
import io.slipway.taskapi.neighbour.IdentityClient.UserIdentity;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.sourcetrigger.RegisterHook;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.OffLoop;
import io.slipway.taskapi.task.DeleteTask;
import io.slipway.taskapi.task.SaveTask;
import io.slipway.taskapi.task.Task;
import io.slipway.taskapi.task.TaskRepository;
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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jspecify.annotations.Nullable;

/** Tasks of a registry, as ARM has them. */
@Path(
    "/subscriptions/{sub}/resourcegroups/{group}/providers/microsoft.containerregistry/registries/{registry}/tasks")
@RolesAllowed(Caller.ARM)
public class TaskResource {
  private static final int MOST_WARNINGS = 20;

  @BeanParam RegistryPath at = new RegistryPath();

  private final CallersRegistries registries;
  private final TaskRepository tasks;
  private final TaskViews views;
  private final RegisterHook registerHook;
  private final SaveTask saveTask;
  private final DeleteTask deleteTask;
  private final OffLoop offLoop;
  private final NamedPages pages;
  private final JsonText json;

  TaskResource(
      CallersRegistries registries,
      TaskRepository tasks,
      TaskViews views,
      RegisterHook registerHook,
      SaveTask saveTask,
      DeleteTask deleteTask,
      OffLoop offLoop,
      NamedPages pages,
      JsonText json) {
    this.registries = registries;
    this.tasks = tasks;
    this.views = views;
    this.registerHook = registerHook;
    this.saveTask = saveTask;
    this.deleteTask = deleteTask;
    this.offLoop = offLoop;
    this.pages = pages;
    this.json = json;
  }

  /** Makes the task or replaces it whole: 200 in both cases, as the CLI wants it. */
  @PUT
  @Path("/{task}")
  public Uni<RestResponse<TaskView>> put(@PathParam("task") String name, JsonNode body) {
    return open(name, "write")
        .chain(registry ->
            tasks.find(registry, name).chain(before -> put(registry, name, body, before)));
  }

  /** Changes what the body names. */
  @PATCH
  @Path("/{task}")
  public Uni<RestResponse<TaskView>> patch(@PathParam("task") String name, JsonNode body) {
    return open(name, "write")
        .chain(
            registry -> tasks.get(registry, name).chain(before -> patch(registry, body, before)));
  }

  @GET
  @Path("/{task}")
  public Uni<TaskView> get(@PathParam("task") String name) {
    return open(name, "read").chain(registry -> tasks.get(registry, name)).chain(views::of);
  }

  /**
   * The task with all that this service knows of it. Secret values are not shown here either:
   * credential-broker gives them to runs alone.
   */
  @POST
  @Path("/{task}/listdetails")
  public Uni<TaskView> listDetails(@PathParam("task") String name) {
    return open(name, "listDetails/action")
        .chain(registry -> tasks.get(registry, name))
        .chain(views::of);
  }

  /** The hooks of the task, with their secrets: for those who may change it. */
  @POST
  @Path("/{task}/listhooks")
  public Uni<List<TaskViews.Hook>> listHooks(@PathParam("task") String name) {
    return open(name, "write").chain(registry -> tasks.get(registry, name)).map(views::hooks);
  }

  /** Makes the hook of a source trigger at its provider; 204 if it is there. */
  @POST
  @Path("/{task}/registerhook")
  public Uni<Void> registerHook(@PathParam("task") String name, RegisterHook.Wanted wanted) {
    return open(name, "write")
        .chain(registry -> tasks.get(registry, name))
        .chain(task -> registerHook.register(task, wanted));
  }

  /** Tasks by name, a page. */
  @GET
  public Uni<Page<TaskView>> list(@QueryParam("$skipToken") @Nullable String after) {
    return registries
        .open(at, "tasks/read")
        .chain(registry ->
            tasks
                .list(registry, NamedPages.after(after))
                .chain(found ->
                    views
                        .of(found.rows())
                        .map(shown -> pages.page(registry.id() + "/tasks", found, shown))));
  }

  /** Deletes the task: 200, or 204 if there is none. */
  @DELETE
  @Path("/{task}")
  public Uni<RestResponse<Void>> delete(@PathParam("task") String name) {
    return open(name, "delete")
        .chain(registry -> deleteTask.delete(registry, name))
        .map(deleted -> deleted ? RestResponse.<Void>ok() : RestResponse.<Void>noContent());
  }

  private Uni<RestResponse<TaskView>> put(
      Registry registry, String name, JsonNode body, Optional<Task> before) {
    TaskName.check("Task", name);
    ArmFields.TASK.check(body);
    IdentityRequest identities = IdentityReader.put(body.path("identity"));
    String location = body.path("location").asText(registry.location());
    return offLoop
        .call(() -> TaskReader.read(body.path("properties")))
        .call(() -> assignable(identities, List.of()))
        .chain(given ->
            saved(
                new SaveTask.Wanted(
                    registry, name, location, Tags.read(body, Map.of()), identities, given),
                before));
  }

  private Uni<RestResponse<TaskView>> patch(Registry registry, JsonNode body, Task before) {
    ArmFields.TASK.check(body);
    RegistryBody.checkLocation(body, before.location());
    IdentityRequest identities = IdentityReader.patch(body.path("identity"), before.identity());
    JsonNode properties = body.path("properties");
    ObjectNode stored = (ObjectNode) json.tree(before.definition());
    boolean changesStep = !properties.path("step").isEmpty();
    return offLoop
        .call(() -> TaskReader.read(TaskPatch.merge(stored, properties), changesStep))
        .call(() -> assignable(identities, before.identity().user()))
        .chain(given ->
            saved(
                new SaveTask.Wanted(
                    registry,
                    before.name(),
                    before.location(),
                    Tags.read(body, before.tags()),
                    identities,
                    given),
                Optional.of(before)));
  }

  /** ARM has no property for warnings: they are headers, and the log of each run has them too. */
  private Uni<RestResponse<TaskView>> saved(SaveTask.Wanted wanted, Optional<Task> before) {
    return saveTask
        .save(wanted, before)
        .chain(views::of)
        .map(view -> {
          ResponseBuilder<TaskView> answer = ResponseBuilder.ok(view);
          wanted.given().warnings().stream()
              .limit(MOST_WARNINGS)
              .forEach(text -> answer.header("Warning", Warning.header(text)));
          return answer.build();
        });
  }

  /** Whoever gives an identity to a task can act as it, so they need the right to assign it. */
  private Uni<Void> assignable(IdentityRequest identities, List<UserIdentity> had) {
    Set<String> already =
        had.stream().map(it -> it.id().toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    return registries.require(identities.checks(already));
  }

  private Uni<Registry> open(String task, String action) {
    return registries.open(at, "tasks/" + action, "/tasks/" + task);
  }
}
