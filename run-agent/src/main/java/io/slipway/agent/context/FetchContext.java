package io.slipway.agent.context;

import io.slipway.agent.config.AgentConfig;
import io.slipway.agent.log.RunLog;
import io.slipway.agent.run.RunFailedException;
import io.slipway.taskfile.build.ContextAddress;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Brings the context of a build step into the workspace. */
@ApplicationScoped
public class FetchContext {
  private final AgentConfig config;

  FetchContext(AgentConfig config) {
    this.config = config;
  }

  /** Fetches what the address names into a folder that is named like the step. */
  public FetchedContext fetch(String address, Path workspace, String stepId, RunLog log)
      throws RunFailedException, InterruptedException {
    try {
      return switch (ContextAddress.parse(address)) {
        case ContextAddress.None none ->
            new FetchedContext(Files.createDirectories(workspace.resolve(stepId)), null);
        case ContextAddress.Local local -> local(workspace, local.path());
        case ContextAddress.Git git -> git(git, workspace.resolve(stepId), log);
        case ContextAddress.Tarball tarball -> throw unsupported("a tarball", address);
        case ContextAddress.Artifact artifact -> throw unsupported("a registry artifact", address);
      };
    } catch (IOException failed) {
      throw new RunFailedException(
          "failed to download context. Please check if the URL is incorrect. If it has credentials, please check if they are expired",
          failed);
    }
  }

  private static RunFailedException unsupported(String kind, String address) {
    return new RunFailedException(
        "a context that is " + kind + " is not supported yet: " + GitRepository.redacted(address));
  }

  private static FetchedContext local(Path workspace, String path)
      throws IOException, RunFailedException {
    Path folder = workspace.resolve(path).normalize();
    if (!folder.startsWith(workspace) || !Files.isDirectory(folder)) {
      throw new RunFailedException("the context '" + path + "' is no folder of the workspace");
    }
    return new FetchedContext(folder.toRealPath(), null);
  }

  private FetchedContext git(ContextAddress.Git git, Path folder, RunLog log)
      throws IOException, RunFailedException, InterruptedException {
    requireAllowedHost(git.address());
    GitRepository repository = GitRepository.fetch(git.address(), git.ref(), folder, log::output);
    Path within = git.folder().isEmpty() ? folder : folder.resolve(git.folder());
    Path real = Files.exists(within) ? within.toRealPath() : within;
    if (!real.startsWith(folder.toRealPath()) || !Files.isDirectory(real)) {
      throw new RunFailedException("the repository has no folder '" + git.folder() + "'");
    }
    return new FetchedContext(real, repository.revision());
  }

  /** The platform's own services listen on this machine; a context must not reach them. */
  private void requireAllowedHost(String address) throws RunFailedException {
    if (!address.startsWith("http") && !address.startsWith("git://")) {
      return;
    }
    String host = URI.create(address).getHost();
    try {
      for (InetAddress found : InetAddress.getAllByName(host)) {
        boolean own =
            found.isLoopbackAddress() || found.isLinkLocalAddress() || found.isAnyLocalAddress();
        if (own && !(found.isLoopbackAddress() && config.agent().allowLoopbackContexts())) {
          throw new RunFailedException(
              "contexts from this machine's own addresses are not allowed: " + host);
        }
      }
    } catch (UnknownHostException unknown) {
      throw new RunFailedException("the host of the context is unknown: " + host, unknown);
    }
  }
}
