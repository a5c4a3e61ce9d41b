package io.slipway.identity.role;

import io.slipway.identity.access.AccessDecision;
import io.slipway.identity.access.Grant;
import io.slipway.identity.access.Operation;
import io.slipway.identity.access.Scope;
import io.slipway.identity.arm.ArmException;
import io.slipway.identity.caller.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /internal/access-decisions}: what a principal may do; and {@code GET
 * /internal/access-version}.
 */
@Path("/")
class AccessDecisionResource {
  private static final int MOST_CHECKS = 1000;

  private final DecideAccess decideAccess;
  private final AccessVersion version;

  AccessDecisionResource(DecideAccess decideAccess, AccessVersion version) {
    this.version = version;
    this.decideAccess = decideAccess;
  }

  record Check(@Nullable String action, @Nullable String scope, boolean isDataAction) {}

  record Question(@Nullable String principalId, @Nullable List<Check> checks) {}

  record Answer(List<Boolean> granted, String version) {}

  record Version(String version) {}

  @POST
  @Path("/internal/access-decisions")
  @RolesAllowed(Caller.TASK_API)
  public Uni<Answer> decide(@Nullable Question question) {
    if (question == null || question.checks() == null || question.checks().size() > MOST_CHECKS) {
      throw ArmException.invalid(
          "InvalidRequest", "checks must be a list of at most " + MOST_CHECKS);
    }
    List<Check> checks = question.checks();
    return principal(question)
        .map(decideAccess::grants)
        .orElseGet(() -> version.now().map(now -> new DecideAccess.Granted(now, List.of())))
        .map(found ->
            new Answer(
                checks.stream().map(check -> isGranted(found.grants(), check)).toList(),
                found.version()));
  }

  /** As of which version a decision would be made now: what was decided as of it still holds. */
  @GET
  @Path("/internal/access-version")
  @RolesAllowed(Caller.TASK_API)
  public Uni<Version> version() {
    return version.now().map(Version::new);
  }

  /** A text that is not a principal id belongs to nobody: nothing is granted. */
  private static Optional<UUID> principal(Question question) {
    try {
      return Optional.ofNullable(question.principalId()).map(UUID::fromString);
    } catch (IllegalArgumentException noGuid) {
      return Optional.empty();
    }
  }

  private static boolean isGranted(List<Grant> grants, @Nullable Check check) {
    if (check == null || check.action() == null || check.scope() == null) {
      return false;
    }
    Optional<Operation> operation =
        check.isDataAction()
            ? Operation.dataAction(check.action())
            : Operation.action(check.action());
    Optional<Scope> scope = Scope.parse(check.scope());
    return operation.isPresent()
        && scope.isPresent()
        && AccessDecision.allows(grants, operation.get(), scope.get());
  }
}
