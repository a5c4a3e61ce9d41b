package io.slipway.agent.context;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A context on this machine.
 *
 * @param folder its folder
 * @param revision commit, or null if it is not a git repository
 * @param branch branch that the commit was found on; null if there is none or it is unknown
 */
public record FetchedContext(Path folder, @Nullable String revision, @Nullable String branch) {
  /** A context that is not a git repository. */
  static FetchedContext of(Path folder) {
    return new FetchedContext(folder, null, null);
  }

  /** The same context at another place. */
  FetchedContext movedTo(Path place) {
    return new FetchedContext(place, revision, branch);
  }
}
