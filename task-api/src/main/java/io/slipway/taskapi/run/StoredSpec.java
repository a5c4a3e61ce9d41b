package io.slipway.taskapi.run;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.slipway.contract.agent.TaskStep;
import java.util.List;

/**
 * What an agent is to execute, as far as it is known when the run is accepted. It holds no secret.
 *
 * @param registryId ARM id of the run's registry
 * @param loginServer its login server
 * @param logins registries to log in to before the first step, the run's own first
 * @param mayActAs principals that this run may act as besides those of its task and registry
 * @param step what to execute
 */
public record StoredSpec(
    String registryId,
    String loginServer,
    List<String> logins,
    List<String> mayActAs,
    TaskStep step) {
  /** Specifications that early versions stored lack {@code mayActAs}. */
  public StoredSpec {
    mayActAs = mayActAs == null ? List.of() : List.copyOf(mayActAs);
  }

  /** Whether the run logs in to its own registry. */
  @JsonIgnore
  public boolean isForOwnRegistry() {
    return logins.contains(loginServer);
  }
}
