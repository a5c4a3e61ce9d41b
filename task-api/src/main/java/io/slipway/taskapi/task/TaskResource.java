package io.slipway.taskapi.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskapi.access.Access;
import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.Page;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.identity.IdentityClient.Check;
import io.slipway.taskapi.identity.IdentityClient.UserIdentity;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.registry.RegistryRepository;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.RestResponse;

/** Tasks of a registry, in the words of ARM. */
@Path(
    "/subscriptions/{sub}/resourcegroups/{group}/providers/microsoft.containerregistry/registries/{registry}/tasks")
@RolesAllowed(Caller.ARM)
public class TaskResource {
  private static final String ACTION = "Microsoft.ContainerRegistry/registries/tasks/";
  private static final String ASSIGN =
      "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action";
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{5,50}");

  @PathParam("sub")
  String subscription = "";

  @PathParam("group")
  String group = "";

  @PathParam("registry")
  String registryName = "";

  private final RegistryRepository registries;
  private final TaskRepository tasks;
  private final SaveTask saveTask;
  private final DeleteTask deleteTask;
  private final Access access;
  private final Caller caller;

  TaskResource(
      RegistryRepository registries,
      TaskRepository tasks,
      SaveTask saveTask,
      DeleteTask deleteTask,
      Access access,
      Caller caller) {
    this.registries = registries;
    this.tasks = tasks;
    this.saveTask = saveTask;
    this.deleteTask = deleteTask;
    this.access = access;
    this.caller = caller;
  }

  /** Makes the task or replaces it whole: 200 in both cases, as the CLI wants it. */
  @PUT
  @Path("/{task}")
  public Uni<TaskView> put(@PathParam("task") String name, JsonNode body) {
    return allowed(name, "write")
        .chain(this::registry)
        .chain(registry ->
            tasks.find(registry, name).chain(before -> put(registry, name, body, before)))
        .map(TaskView::of);
  }

  /** Changes what the body speaks of. */
  @PATCH
  @Path("/{task}")
  public Uni<TaskView> patch(@PathParam("task") String name, JsonNode body) {
    return allowed(name, "write")
        .chain(this::registry)
        .chain(registry -> tasks.get(registry, name).chain(before -> patch(registry, body, before)))
        .map(TaskView::of);
  }

  /** The task. */
  @GET
  @Path("/{task}")
  public Uni<TaskView> get(@PathParam("task") String name) {
    return allowed(name, "read")
        .chain(this::registry)
        .chain(registry -> tasks.get(registry, name))
        .map(TaskView::of);
  }

  /**
   * The task with all that this service knows of it. Secret values are not among it: the broker
   * gives them to runs alone.
   */
  @POST
  @Path("/{task}/listdetails")
  public Uni<TaskView> listDetails(@PathParam("task") String name) {
    return allowed(name, "listDetails/action")
        .chain(this::registry)
        .chain(registry -> tasks.get(registry, name))
        .map(TaskView::of);
  }

  /** All tasks that the caller may read. */
  @GET
  public Uni<Page<TaskView>> list() {
    return access
        .require(caller.principalId(), ACTION + "read", registryId())
        .chain(this::registry)
        .chain(tasks::list)
        .map(found -> Page.of(found.stream().map(TaskView::of).toList()));
  }

  /** Deletes the task: 200, or 204 if there is none. */
  @DELETE
  @Path("/{task}")
  public Uni<RestResponse<Void>> delete(@PathParam("task") String name) {
    return allowed(name, "delete")
        .chain(this::registry)
        .chain(registry -> deleteTask.delete(registry, name))
        .map(deleted -> deleted ? RestResponse.<Void>ok() : RestResponse.<Void>noContent());
  }

  private Uni<Task> put(Registry registry, String name, JsonNode body, Optional<Task> before) {
    if (!NAME.matcher(name).matches()) {
      throw ArmException.of(
          400,
          "InvalidResourceName",
          "Task name '" + name + "' must have 5 to 50 letters, digits, - and _.");
    }
    JsonNode properties = body.path("properties");
    IdentityRequest identities = IdentityRequest.put(body.path("identity"));
    TaskReader.Result read = TaskReader.read(properties);
    String location = body.path("location").asText(registry.location());
    return assignable(identities, List.of())
        .chain(() ->
            saveTask.save(
                new SaveTask.Wanted(
                    registry, name, location, tags(body, Map.of()), identities, read),
                before));
  }

  private Uni<Task> patch(Registry registry, JsonNode body, Task before) {
    IdentityRequest identities = IdentityRequest.patch(body.path("identity"), before.identity());
    TaskReader.Result read =
        TaskReader.read(TaskPatch.merge(before.properties(), body.path("properties")));
    return assignable(identities, before.identity().user())
        .chain(() ->
            saveTask.save(
                new SaveTask.Wanted(
                    registry,
                    before.name(),
                    before.location(),
                    tags(body, before.tags()),
                    identities,
                    read),
                Optional.of(before)));
  }

  /** Who gives an identity to a task can act as it, so they need the right to assign it. */
  private Uni<Void> assignable(IdentityRequest identities, List<UserIdentity> had) {
    Set<String> already =
        had.stream().map(it -> it.id().toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    List<Check> checks =
        identities.user().stream()
            .filter(id -> !already.contains(id.toLowerCase(Locale.ROOT)))
            .map(id -> new Check(ASSIGN, id))
            .toList();
    return access.require(caller.principalId(), checks);
  }

  private static Map<String, String> tags(JsonNode body, Map<String, String> otherwise) {
    JsonNode tags = body.path("tags");
    if (!tags.isObject()) {
      return otherwise;
    }
    Map<String, String> read = new LinkedHashMap<>();
    tags.properties().forEach(tag -> read.put(tag.getKey(), tag.getValue().asText()));
    return read;
  }

  private Uni<Registry> registry() {
    return registries.get(group, registryName);
  }

  private String registryId() {
    return ResourceId.registry(subscription, group, registryName);
  }

  private Uni<Void> allowed(String task, String action) {
    return access.require(caller.principalId(), ACTION + action, registryId() + "/tasks/" + task);
  }
}
