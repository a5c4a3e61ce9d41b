package io.slipway.taskapi.definition;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.slipway.contract.agent.Platform;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a task, or the request of a quick run, is to be executed. This is also the form in which it
 * is stored; it holds no secret.
 *
 * @param timeout time that a run may take, in seconds
 * @param logTemplate kept and shown, but of no effect; or null
 */
public record RunSettings(
    Platform platform,
    AgentConfiguration agentConfiguration,
    int timeout,
    Credentials credentials,
    @Nullable String logTemplate) {
  /** {@code loginMode} of a run that does not log in to its own registry. */
  public static final String NO_LOGIN = "None";

  /**
   * What a run asks of its agent.
   *
   * @param cpu processors, from 1 to 64
   */
  public record AgentConfiguration(int cpu) {}

  /**
   * Registries that a run logs in to.
   *
   * @param sourceRegistry how it logs in to its own registry, or null for the default
   * @param customRegistries the others by login server; credential-broker has their credentials
   */
  public record Credentials(
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable SourceRegistry sourceRegistry,
      Map<String, @Nullable Void> customRegistries) {}

  /**
   * How a run logs in to its own registry.
   *
   * @param loginMode {@code Default} or {@code None}
   * @param identity identity that it uses, as the user named it, or null for the registry's own
   */
  public record SourceRegistry(String loginMode, @Nullable String identity) {}

  /** Login servers of the credentials besides the one of the registry. */
  public List<String> customLoginServers() {
    return List.copyOf(credentials.customRegistries.keySet());
  }

  /** Whether runs log in to their own registry. */
  public boolean logsInToOwnRegistry() {
    SourceRegistry source = credentials.sourceRegistry;
    return source == null || !source.loginMode.equals(NO_LOGIN);
  }

  /** Identity that opens the run's own registry, as the user named it; blank for none. */
  public String sourceIdentity() {
    SourceRegistry source = credentials.sourceRegistry;
    return source == null || source.identity == null ? "" : source.identity;
  }
}
