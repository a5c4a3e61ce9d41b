package io.slipway.agent.context;

import io.slipway.agent.attempt.Attempt;
import io.slipway.agent.log.RunLog;
import io.slipway.builder.EngineException;
import io.slipway.builder.EngineRun;
import io.slipway.builder.MachineProgram;
import io.slipway.builder.OutputSink;
import io.slipway.builder.RegistryAccess;
import io.slipway.taskfile.build.ContextAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What contexts of one attempt are fetched with.
 *
 * @param workspace folder of the attempt
 * @param log its log
 * @param registries registry calls with its credentials
 * @param runToken the run token, for task-api; asked for at each use, since it changes
 * @param gitToken token for the git server of the run's context, or null
 * @param gitServer {@code scheme://host:port} that the token may be sent to, or null
 * @param programs runs git
 * @param secretAddress address of the run's context, if it has credentials, or null
 */
public record ContextAccess(
    Path workspace,
    RunLog log,
    RegistryAccess registries,
    Supplier<String> runToken,
    Programs programs,
    @Nullable String gitToken,
    @Nullable String gitServer,
    @Nullable String secretAddress) {
  /** Name of the context's token among a run's secrets. */
  public static final String TOKEN_SECRET = "@contextAccessToken";

  /** Name of the context's address among a run's secrets, if it has credentials. */
  public static final String ADDRESS_SECRET = "@contextAddress";

  /** Runs programs of the machine, as {@link EngineRun#isolate} does. */
  @FunctionalInterface
  public interface Programs {
    int run(MachineProgram program, OutputSink output)
        throws EngineException, IOException, InterruptedException;
  }

  /**
   * The access of an attempt.
   *
   * @param contextPath address of the run's context, or null
   * @param secrets its secret values by name, as the broker gave them; those of the context are
   *     taken out of them, for they are not for the task file nor for a build
   * @param programs runs git
   */
  public static ContextAccess of(
      Attempt attempt,
      @Nullable String contextPath,
      Map<String, String> secrets,
      Programs programs) {
    String token = secrets.remove(TOKEN_SECRET);
    String address = secrets.remove(ADDRESS_SECRET);
    if (token != null) {
      attempt.log().masker().learn(token);
    }
    return new ContextAccess(
        attempt.workspace().path(),
        attempt.log(),
        attempt.registries(),
        attempt.lease()::token,
        programs,
        token,
        token == null || contextPath == null
            ? null
            : server(Objects.requireNonNullElse(address, contextPath)),
        address);
  }

  /** What is fetched for a build with: nothing that the run's own context needs. */
  public static ContextAccess withoutContext(Attempt attempt, Programs programs) {
    return of(attempt, null, new HashMap<>(), programs);
  }

  /** The server of a git context that a token may be sent to; null for other contexts. */
  static @Nullable String server(String contextPath) {
    if (!(ContextAddress.parse(contextPath) instanceof ContextAddress.Git git)) {
      return null;
    }
    try {
      GitAddress address = GitAddress.parse(git.address());
      return address.mayCarryToken() ? address.server() : null;
    } catch (IOException none) {
      return null;
    }
  }

  /** The same with no other token than this one, for the server of an address. */
  ContextAccess withOnly(@Nullable String token, String address) {
    if (token != null) {
      log.masker().learn(token);
    }
    return new ContextAccess(
        workspace,
        log,
        registries,
        runToken,
        programs,
        token,
        token == null ? null : server(address),
        secretAddress);
  }

  /** The address with the token, if that is meant for its server. */
  GitAddress withToken(GitAddress address) {
    return gitToken != null && address.mayCarryToken() && address.server().equals(gitServer)
        ? address.withToken(gitToken)
        : address;
  }
}
