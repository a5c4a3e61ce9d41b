package io.slipway.taskapi.definition;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.slipway.taskapi.neighbour.IdentityClient.UserIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The managed identities of a task.
 *
 * @param system its own, or null
 * @param user those that it was given
 */
public record TaskIdentity(@Nullable SystemAssigned system, List<UserIdentity> user) {
  public static final TaskIdentity NONE = new TaskIdentity(null, List.of());

  /** The task's own identity, which begins and ends with the task. */
  public record SystemAssigned(String principalId, String clientId, String tenantId) {}

  /** All principals that a run of the task may act as. */
  @JsonIgnore
  public List<String> principalIds() {
    List<String> principals = new ArrayList<>();
    if (system != null) {
      principals.add(system.principalId());
    }
    user.forEach(identity -> principals.add(identity.principalId()));
    return principals;
  }

  /** An identity as a credential names it. */
  public record Named(String principalId, String clientId) {}

  /**
   * Finds the identity that a credential names: {@code [system]} or {@code system} for the task's
   * own, or a client id, in any case.
   */
  public Optional<Named> named(String text) {
    boolean own = text.equalsIgnoreCase("[system]") || text.equalsIgnoreCase("system");
    if (system != null && (own || text.equalsIgnoreCase(system.clientId()))) {
      return Optional.of(new Named(system.principalId(), system.clientId()));
    }
    return user.stream()
        .filter(identity -> identity.clientId().equalsIgnoreCase(text))
        .findFirst()
        .map(identity -> new Named(identity.principalId(), identity.clientId()));
  }

  /** Value of {@code type} in an ARM identity. */
  @JsonIgnore
  public String type() {
    if (system != null) {
      return user.isEmpty() ? "SystemAssigned" : "SystemAssigned, UserAssigned";
    }
    return user.isEmpty() ? "None" : "UserAssigned";
  }
}
