package io.slipway.agent.context;

import io.slipway.agent.log.SecretMasker;
import io.slipway.taskfile.build.ContextAddress;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;

/** Brings a context from where it is into a folder of the run. */
@ApplicationScoped
public class FetchContext {
  private final FetchGit git;
  private final FetchTarball tarball;

  FetchContext(FetchGit git, FetchTarball tarball) {
    this.git = git;
    this.tarball = tarball;
  }

  /** Whether a context has to be fetched. */
  public static boolean isRemote(ContextAddress context) {
    return !(context instanceof ContextAddress.None || context instanceof ContextAddress.Local);
  }

  /**
   * Fetches.
   *
   * @param target folder that does not exist yet or is empty
   * @param home private folder of the run for the tools that fetch
   * @param masker gets to know the credentials of the address
   */
  public FetchedContext fetch(ContextAddress context, Path target, Path home, SecretMasker masker)
      throws ContextException, InterruptedException {
    return switch (context) {
      case ContextAddress.Git address -> git.fetch(address, target, home, masker);
      case ContextAddress.Tarball address -> tarball.fetch(address.address(), target, masker);
      case ContextAddress.Artifact artifact ->
          throw new ContextException(
              "contexts from a registry (oci://"
                  + artifact.reference()
                  + ") cannot be fetched; use git or the address of an archive");
      case ContextAddress.Local local ->
          throw new ContextException(
              "'"
                  + local.path()
                  + "' is neither a git repository (https://….git) nor the address of an archive");
      case ContextAddress.None none ->
          throw new ContextException("there is no context to fetch");
    };
  }
}
