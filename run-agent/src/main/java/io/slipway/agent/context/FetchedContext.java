package io.slipway.agent.context;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A context on this machine.
 *
 * @param folder its folder
 * @param revision commit, or null if it is no git repository
 * @param branch branch that the commit was found on; null if it is none's or unknown
 */
public record FetchedContext(Path folder, @Nullable String revision, @Nullable String branch) {
  /** One that is no git repository. */
  static FetchedContext of(Path folder) {
    return new FetchedContext(folder, null, null);
  }
}
