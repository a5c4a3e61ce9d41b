package io.slipway.taskapi.run;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an agent is to do, as far as it is known when the run is accepted. It holds no secret.
 *
 * @param registryId ARM id of the run's registry
 * @param loginServer its login server
 * @param logins registries to log in to before the first step, the run's own first
 * @param mayActAs principals that this run may act as besides those of its task and registry
 * @param step what to execute, in the words of {@code docs/interfaces.md} section 4
 */
public record StoredSpec(
    String registryId,
    String loginServer,
    List<String> logins,
    @Nullable List<String> mayActAs,
    JsonNode step) {

  /** {@link #mayActAs}, which specifications of before do not have. */
  @JsonIgnore
  public List<String> principals() {
    return mayActAs == null ? List.of() : mayActAs;
  }

  /** Whether the run logs in to its own registry. */
  @JsonIgnore
  public boolean isForOwnRegistry() {
    return logins.contains(loginServer);
  }
}
