package io.slipway.taskapi.sourcetrigger.delivery;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What happened in a repository, whichever provider tells it.
 *
 * @param repositories addresses that the repository has; one that begins with a slash lacks the
 *     server, which not every provider names
 * @param ref what it happened to
 * @param commit the commit that is there now
 * @param pullRequest the pull request; null for a push
 * @param paths files that were changed; null if that is not known
 * @param time when it happened; null if the provider does not say
 */
public record SourceEvent(
    List<String> repositories,
    Ref ref,
    String commit,
    @Nullable PullRequest pullRequest,
    @Nullable Set<String> paths,
    @Nullable Instant time) {
  /** Of ARM, for a push. */
  public static final String COMMIT = "commit";

  /** Of ARM, for a pull request. */
  public static final String PULL_REQUEST = "pullrequest";

  /**
   * A branch or a tag.
   *
   * @param name without {@code refs/heads/} or {@code refs/tags/}
   */
  public record Ref(String name, boolean isTag) {
    private static final String HEADS = "refs/heads/";
    private static final String TAGS = "refs/tags/";

    /** A branch. */
    static Ref branch(String name) {
      return new Ref(name.startsWith(HEADS) ? name.substring(HEADS.length()) : name, false);
    }

    /** A tag. */
    static Ref tag(String name) {
      return new Ref(name.startsWith(TAGS) ? name.substring(TAGS.length()) : name, true);
    }

    /** By its full name; null if it is neither. */
    static @Nullable Ref of(String full) {
      if (full.startsWith(TAGS)) {
        return tag(full);
      }
      return full.startsWith(HEADS) ? branch(full) : null;
    }
  }

  /**
   * A pull request that is new or has new commits.
   *
   * @param id its number
   * @param target branch that it is for
   * @param isFromFork whether its commits are of another repository
   */
  public record PullRequest(String id, String target, boolean isFromFork) {}

  /** A push that a repository shows by itself; nothing unless it is of a branch or a tag. */
  public static Optional<SourceEvent> pushed(String repository, String ref, String commit) {
    return Optional.ofNullable(Ref.of(ref))
        .map(read -> new SourceEvent(List.of(repository), read, commit, null, null, null));
  }

  /** {@value #COMMIT} or {@value #PULL_REQUEST}. */
  public String type() {
    return pullRequest == null ? COMMIT : PULL_REQUEST;
  }
}
