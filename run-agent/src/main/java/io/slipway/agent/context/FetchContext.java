package io.slipway.agent.context;

import io.slipway.agent.log.RunLog;
import io.slipway.agent.run.RunFailedException;
import io.slipway.taskfile.build.ContextAddress;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Brings the context of a build step into the workspace. */
@ApplicationScoped
public class FetchContext {
  private final ContextHosts hosts;
  private final GitRedirects redirects;

  FetchContext(ContextHosts hosts) {
    this.hosts = hosts;
    this.redirects = new GitRedirects(hosts);
  }

  /** Fetches what the address names into a folder that is named like the step. */
  public FetchedContext fetch(String address, Path workspace, String stepId, RunLog log)
      throws RunFailedException, InterruptedException {
    try {
      return switch (ContextAddress.parse(address)) {
        case ContextAddress.None none ->
            new FetchedContext(Files.createDirectories(workspace.resolve(stepId)), null);
        case ContextAddress.Local local -> local(workspace, local.path());
        case ContextAddress.Git git -> git(git, workspace, workspace.resolve(stepId), log);
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
        "a context that is " + kind + " is not supported yet: " + Git.redacted(address));
  }

  private static FetchedContext local(Path workspace, String path)
      throws IOException, RunFailedException {
    Path folder = workspace.resolve(path).normalize();
    if (!folder.startsWith(workspace) || !Files.isDirectory(folder)) {
      throw new RunFailedException("the context '" + path + "' is no folder of the workspace");
    }
    return new FetchedContext(folder.toRealPath(), null);
  }

  private FetchedContext git(ContextAddress.Git git, Path workspace, Path folder, RunLog log)
      throws IOException, RunFailedException, InterruptedException {
    GitAddress written = GitAddress.parse(git.address());
    String secret = written.secret();
    if (secret != null) {
      log.masker().learn(secret);
    }
    GitAddress address = redirects.follow(written);
    GitRepository repository =
        GitRepository.fetch(
            address, hosts.allowed(address.host()), git.ref(), folder, workspace, log::output);
    Path within = git.folder().isEmpty() ? folder : folder.resolve(git.folder());
    Path real = Files.exists(within) ? within.toRealPath() : within;
    if (!real.startsWith(folder.toRealPath()) || !Files.isDirectory(real)) {
      throw new RunFailedException("the repository has no folder '" + git.folder() + "'");
    }
    return new FetchedContext(real, repository.revision());
  }
}
