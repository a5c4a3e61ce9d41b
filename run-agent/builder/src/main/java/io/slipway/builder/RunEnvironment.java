package io.slipway.builder;

import java.nio.file.Path;

/**
 * Where one attempt of a run lives.
 *
 * @param key unique name of the run and attempt, letters, digits and {@code -} only
 * @param workspace folder of the run, mounted at {@code /workspace} in its containers; the caller
 *     made it and deletes it
 * @param registries registry calls with this run's own credentials
 * @param tenant who shares results of build steps, for example a registry's resource id; other
 *     tenants never see them
 */
public record RunEnvironment(
    String key, Path workspace, RegistryAccess registries, String tenant) {}
