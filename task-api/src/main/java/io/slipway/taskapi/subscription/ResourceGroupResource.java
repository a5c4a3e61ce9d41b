package io.slipway.taskapi.subscription;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.google.re2j.Pattern;
import io.slipway.taskapi.access.Access;
import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.Page;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.body.Tags;
import io.slipway.taskapi.group.ResourceGroup;
import io.slipway.taskapi.group.ResourceGroupRepository;
import io.slipway.taskapi.operation.OperationAddress;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import java.util.Objects;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Resource groups, in the words of ARM. */
@Path("/subscriptions/{sub}/resourcegroups")
@RolesAllowed(Caller.ARM)
public class ResourceGroupResource {
  private static final String ACTION = "Microsoft.Resources/subscriptions/resourceGroups/";

  /** Other letters than in ARM, which has those of all scripts: scopes are compared in ASCII. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_().-]{0,89}[A-Za-z0-9_()-]");

  private final ResourceGroupRepository groups;
  private final DeleteResourceGroup deleteResourceGroup;
  private final OperationAddress operationAddress;
  private final Access access;
  private final Caller caller;

  ResourceGroupResource(
      ResourceGroupRepository groups,
      DeleteResourceGroup deleteResourceGroup,
      OperationAddress operationAddress,
      Access access,
      Caller caller) {
    this.groups = groups;
    this.deleteResourceGroup = deleteResourceGroup;
    this.operationAddress = operationAddress;
    this.access = access;
    this.caller = caller;
  }

  /** Body of a PUT. */
  public record Body(@Nullable String location, @Nullable Map<String, String> tags) {}

  /** A group as ARM shows it. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record View(
      String id,
      String name,
      String type,
      String location,
      Map<String, String> tags,
      @Nullable String managedBy,
      Map<String, String> properties) {}

  /** All groups that the caller may read. */
  @GET
  public Uni<Page<View>> list(@PathParam("sub") String sub) {
    return groups
        .list()
        .chain(found ->
            access.allowed(
                caller.principalId(),
                ACTION + "read",
                found,
                group -> ResourceId.group(sub, group.name())))
        .map(found -> Page.of(found.stream().map(group -> view(sub, group)).toList()));
  }

  /** Makes or changes a group: 201 or 200. */
  @PUT
  @Path("/{group}")
  public Uni<RestResponse<View>> put(
      @PathParam("sub") String sub, @PathParam("group") String name, @Nullable Body body) {
    // First: in a scope with other letters nobody has a right, which would not say why.
    if (!NAME.matcher(name).matches()) {
      throw ArmException.of(
          400,
          "InvalidResourceGroup",
          "Resource group name '%s' must have 1 to 90 letters a to z, digits, _ ( ) . - and must not end in a dot."
              .formatted(name));
    }
    return allowed(sub, name, "write")
        .chain(() -> {
          if (body == null || body.location() == null || body.location().isBlank()) {
            throw ArmException.of(
                400,
                "LocationRequired",
                "The location property is required: give one, for example 'local'.");
          }
          Tags.check(Objects.requireNonNullElse(body.tags(), Map.of()));
          return groups.put(name, body.location(), body.tags());
        })
        .map(saved ->
            RestResponse.status(
                saved.created() ? Response.Status.CREATED : Response.Status.OK,
                view(sub, saved.group())));
  }

  /** The group. */
  @GET
  @Path("/{group}")
  public Uni<View> get(@PathParam("sub") String sub, @PathParam("group") String name) {
    return allowed(sub, name, "read").chain(() -> groups.get(name)).map(it -> view(sub, it));
  }

  /** Whether there is such a group: 204 or 404. */
  @HEAD
  @Path("/{group}")
  public Uni<RestResponse<Void>> head(
      @PathParam("sub") String sub, @PathParam("group") String name) {
    return allowed(sub, name, "read")
        .chain(() -> groups.find(name))
        .map(found ->
            found.isPresent()
                ? RestResponse.<Void>noContent()
                : RestResponse.<Void>status(Response.Status.NOT_FOUND));
  }

  /** Deletes the group with all it has: 202 and the address to follow. */
  @DELETE
  @Path("/{group}")
  public Uni<RestResponse<Void>> delete(
      @PathParam("sub") String sub, @PathParam("group") String name) {
    return allowed(sub, name, "delete")
        .chain(() -> groups.get(name))
        .chain(group ->
            deleteResourceGroup.delete(
                ResourceId.group(sub, group.name()), group.name(), caller.principalId()))
        .map(operation -> operationAddress.<Void>accepted(operation.id()));
  }

  private Uni<Void> allowed(String sub, String name, String action) {
    return access.require(caller.principalId(), ACTION + action, ResourceId.group(sub, name));
  }

  private static View view(String sub, ResourceGroup group) {
    return new View(
        ResourceId.group(sub, group.name()),
        group.name(),
        "Microsoft.Resources/resourceGroups",
        group.location(),
        group.tags(),
        null,
        Map.of("provisioningState", "Succeeded"));
  }
}
