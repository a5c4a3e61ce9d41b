package io.slipway.taskapi.operation;

import io.slipway.taskapi.access.Access;
import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.cleanup.Cleanups;
import io.slipway.taskapi.run.RunRepository;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestResponse;

/** How far a long-running operation is: 202 until it is done, then 200 or what went wrong. */
@Path("/subscriptions/{sub}/providers/microsoft.containerregistry/operationstatuses/{id}")
@RolesAllowed(Caller.ARM)
public class OperationResource {
  private final OperationRepository operations;
  private final OperationAddress address;
  private final RunRepository runs;
  private final Cleanups cleanups;
  private final Transactions transactions;
  private final Access access;
  private final Caller caller;

  OperationResource(
      OperationRepository operations,
      OperationAddress address,
      RunRepository runs,
      Cleanups cleanups,
      Transactions transactions,
      Access access,
      Caller caller) {
    this.operations = operations;
    this.address = address;
    this.runs = runs;
    this.cleanups = cleanups;
    this.transactions = transactions;
    this.access = access;
    this.caller = caller;
  }

  /** Status of an operation that is done. */
  public record Status(String name, String status) {}

  /** The operation, for callers who may do what it does. */
  @GET
  public Uni<RestResponse<Status>> get(@PathParam("id") String text) {
    UUID id = uuid(text);
    return operations
        .find(id)
        .map(found -> found.orElseThrow(() -> ArmException.notFound(text)))
        .call(this::mayFollow)
        .chain(operation ->
            switch (operation.kind()) {
              case IMPORT -> imported(operation);
              case DELETION -> deleted(operation);
            });
  }

  /** Rights at a group are gone with it: who deleted it follows the deletion nevertheless. */
  private Uni<Void> mayFollow(Operation operation) {
    String principalId = caller.principalId();
    return principalId.equalsIgnoreCase(operation.principalId())
        ? Uni.createFrom().voidItem()
        : access.require(principalId, action(operation), operation.resourceId());
  }

  private static String action(Operation operation) {
    return switch (operation.kind()) {
      case IMPORT -> "Microsoft.ContainerRegistry/registries/importImage/action";
      case DELETION -> "Microsoft.Resources/subscriptions/resourceGroups/delete";
    };
  }

  private Uni<RestResponse<Status>> imported(Operation operation) {
    UUID uid = Objects.requireNonNull(operation.runUid());
    return transactions
        .reading(connection -> runs.find(connection, List.of(uid)))
        .map(found -> {
          if (found.isEmpty()) {
            throw ArmException.notFound(operation.resourceId());
          }
          return imported(operation, found.getFirst());
        });
  }

  private RestResponse<Status> imported(Operation operation, Run run) {
    if (!(run.state() instanceof RunState.Finished finished)) {
      return address.accepted(operation.id());
    }
    String error = run.result().error();
    String reason = error == null ? "" : ": " + error;
    return switch (finished.outcome()) {
      case SUCCEEDED -> done(operation);
      case FAILED, ERROR ->
          throw ArmException.of(
              400, "ImportImageFailed", "Run " + run.key().runId() + " failed" + reason);
      case CANCELED ->
          throw ArmException.of(
              400, "ImportImageCanceled", "Run " + run.key().runId() + " was canceled");
      case TIMEOUT ->
          throw ArmException.of(
              400, "ImportImageTimedOut", "Run " + run.key().runId() + " timed out" + reason);
    };
  }

  private Uni<RestResponse<Status>> deleted(Operation operation) {
    return transactions
        .reading(connection -> cleanups.isPending(connection, operation.resourceId()))
        .map(pending -> pending ? address.accepted(operation.id()) : done(operation));
  }

  private static RestResponse<Status> done(Operation operation) {
    return RestResponse.ok(new Status(operation.id().toString(), "Succeeded"));
  }

  private static UUID uuid(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException wrong) {
      throw ArmException.notFound(text);
    }
  }
}
