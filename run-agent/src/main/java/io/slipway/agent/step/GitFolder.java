package io.slipway.agent.step;

import io.slipway.builder.OpenFolder;
import io.slipway.taskfile.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code .git} of a build's context that was fetched from a repository. Docker leaves it out
 * unless a build argument asks for it: it differs with each fetch, so that no {@code COPY . .}
 * would ever be found in a cache.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/#buildkit-built-in-build-args">the
 *     argument</a>
 */
final class GitFolder {
  private static final String NAME = ".git";

  /** The argument by which a build keeps it. */
  private static final String KEEP = "BUILDKIT_CONTEXT_KEEP_GIT_DIR";

  /** What Go takes for true. */
  private static final Set<String> YES = Set.of("1", "t", "T", "true", "TRUE", "True");

  private GitFolder() {}

  /**
   * Takes it away from a fetched context, unless the build keeps it.
   *
   * @param context real path of the context's folder
   */
  static void leaveOut(Path context, Map<String, @Nullable String> buildArgs) throws Refusal {
    String keep = buildArgs.get(KEEP);
    if (keep != null && YES.contains(keep)) {
      return;
    }
    try (OpenFolder folder = OpenFolder.openReal(context)) {
      folder.deleteAll(NAME);
    } catch (IOException failed) {
      throw Refusal.user("the folder .git of the context cannot be left out", failed);
    }
  }
}
