package io.slipway.agent.step;

import io.slipway.agent.context.ContextAccess;
import io.slipway.agent.context.FetchContext;
import io.slipway.agent.context.FetchedContext;
import io.slipway.builder.EngineException;
import io.slipway.builder.GitRepositories;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.build.ContextAddress;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Git repositories that Dockerfiles name, fetched as contexts are. */
record AddedRepositories(FetchContext fetch, ContextAccess access) implements GitRepositories {
  @Override
  public Checkout fetch(ContextAddress.Git repository, @Nullable String token, Path into)
      throws EngineException, InterruptedException {
    try {
      FetchedContext fetched = fetch.fetchAdded(repository, into, token, access);
      return new Checkout(fetched.folder(), Objects.requireNonNull(fetched.revision()));
    } catch (Refusal refused) {
      throw EngineException.user(refused.text(), refused);
    }
  }
}
