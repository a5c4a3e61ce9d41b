package io.slipway.builder;

import io.slipway.taskfile.build.ContextAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Fetches the git repositories that {@code ADD} names. */
@FunctionalInterface
public interface GitRepositories {
  /**
   * Fetches one with its submodules.
   *
   * @param token password for its server and no other, or null
   * @param into empty folder that no step reaches
   * @throws EngineException if it may not be fetched, or is not there
   */
  Checkout fetch(ContextAddress.Git repository, @Nullable String token, Path into)
      throws EngineException, InterruptedException;

  /**
   * What was fetched.
   *
   * @param folder what was asked for: the folder of the repository, or one in it
   * @param commit hash of its commit
   */
  record Checkout(Path folder, String commit) {}

  /** For who has no git. */
  static GitRepositories none() {
    return (repository, token, into) -> {
      throw EngineException.unsupported("no git repositories are fetched here");
    };
  }
}
