package io.slipway.agent.context;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A context on this machine.
 *
 * @param folder its folder
 * @param revision commit, or null if it is no git repository
 */
public record FetchedContext(Path folder, @Nullable String revision) {}
