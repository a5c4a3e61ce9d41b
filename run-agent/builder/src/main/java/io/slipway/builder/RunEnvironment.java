package io.slipway.builder;

import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Where one attempt of a run lives.
 *
 * @param key unique name of the run and attempt, letters, digits and {@code -} only
 * @param workspace makes the folder of the run, mounted at {@code /workspace} in its containers, or
 *     answers the one that it made; the caller deletes it
 * @param registries registry calls with this run's own credentials
 * @param tenant who shares results of build steps, for example a registry's resource id; other
 *     tenants never see them
 * @param caches who of the tenant shares the folders of {@code RUN --mount=type=cache}, for example
 *     the runs of one task: what one of them writes there, the others execute
 * @param repositories fetches git repositories for its builds
 */
public record RunEnvironment(
    String key,
    Supplier<Path> workspace,
    RegistryAccess registries,
    String tenant,
    String caches,
    GitRepositories repositories) {
  /** Of a run whose builds fetch no git repositories. */
  public RunEnvironment(
      String key,
      Supplier<Path> workspace,
      RegistryAccess registries,
      String tenant,
      String caches) {
    this(key, workspace, registries, tenant, caches, GitRepositories.none());
  }
}
