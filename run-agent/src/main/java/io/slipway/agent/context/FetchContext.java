package io.slipway.agent.context;

import io.slipway.agent.attempt.Workspaces;
import io.slipway.agent.config.AgentConfig;
import io.slipway.contract.agent.TaskStep;
import io.slipway.identity.client.CheckedHttp;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.build.ContextAddress;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Fetches contexts into the workspace of an attempt. All of the work is done in a folder that no
 * step can reach; what is finished is moved into the workspace by one rename. So nothing that a
 * running step writes is read by git, and nothing is written where a step has put a link.
 */
@ApplicationScoped
public class FetchContext {
  private static final Logger LOG = Logger.getLogger(FetchContext.class);

  /** The workspace as steps see it. */
  private static final String MOUNTED = "/workspace";

  /** A step that takes the name and gives it back can be as fast as this, so ten were too few. */
  private static final int RENAMES = 1_000;

  /** Folder of the scratch folder that becomes the context. */
  private static final String TREE = "tree";

  private static final String FAILED =
      "failed to download context. Please check if the URL is incorrect. If it has credentials,"
          + " please check if they are expired";

  private final ContextLimits limits;
  private final FetchGit fetchGit;
  private final FetchTarball fetchTarball;
  private final FetchArtifact fetchArtifact;
  private final UploadedSource uploadedSource;

  @Inject
  FetchContext(ContextHosts hosts, AgentConfig config, UploadedSource uploadedSource)
      throws IOException {
    this(
        hosts,
        ContextLimits.of(config.agent()),
        FetchGit.SshKeys.of(config.agent()),
        config.caFile().map(List::of).orElse(List.of()),
        uploadedSource);
  }

  FetchContext(
      ContextHosts hosts,
      ContextLimits limits,
      FetchGit.SshKeys keys,
      List<Path> authorities,
      UploadedSource uploadedSource)
      throws IOException {
    CheckedHttp<Refusal> http =
        new CheckedHttp<>(hosts.egress(), authorities, ContextHosts::refusal);
    this.limits = limits;
    this.fetchGit = new FetchGit(hosts, http, limits, keys);
    this.fetchTarball = new FetchTarball(http, limits);
    this.fetchArtifact = new FetchArtifact(limits);
    this.uploadedSource = uploadedSource;
  }

  /**
   * Fetches the context of a run into its empty workspace; of a git address with a folder, only the
   * content of that folder. Does nothing if the run has no context.
   *
   * @param step whose uploaded source or address it is
   * @return the workspace, and the commit and branch if it was a git repository
   */
  public FetchedContext fetchRun(TaskStep.WithContext step, ContextAccess access)
      throws Refusal, InterruptedException {
    UUID upload = step.buildSource();
    ContextAddress address =
        ContextAddress.parse(
            Objects.requireNonNullElse(
                access.secretAddress(), Objects.requireNonNullElse(step.contextPath(), "")));
    if (upload == null && address instanceof ContextAddress.None) {
      return FetchedContext.of(access.workspace());
    }
    access.log().engine("Downloading source code...");
    FetchedContext context =
        inScratch(
            access,
            scratch -> {
              FetchedContext fetched = fetchRun(upload, address, scratch, access);
              boolean isPart = address instanceof ContextAddress.Git git && !git.folder().isEmpty();
              moveContent(fetched.folder(), access.workspace(), isPart);
              return fetched.movedTo(access.workspace().toRealPath());
            });
    access.log().engine("Finished downloading source code");
    return context;
  }

  private FetchedContext fetchRun(
      @Nullable UUID upload, ContextAddress address, Path scratch, ContextAccess access)
      throws IOException, Refusal, InterruptedException {
    Path tree = Files.createDirectory(scratch.resolve(TREE));
    if (upload != null) {
      upload(upload, tree, scratch, access);
      return FetchedContext.of(tree);
    }
    return switch (address) {
      case ContextAddress.Local local ->
          throw new ContextRefusedException(
              "'%s' is not an address: the context of a run is a git repository, an archive at an http address, an oci:// artifact, or an upload"
                  .formatted(ContextRefusedException.shown(local.path())));
      case ContextAddress.Git git -> git(git, tree, scratch, access, true);
      default -> remote(address, tree, scratch, access);
    };
  }

  /**
   * Fetches a context of a build step, into a folder that is named like the step. Steps may write
   * to that folder, so nothing is ever fetched into it again.
   *
   * @param address folder or address, as the step says it
   * @param workingFolder working directory of the step, in the workspace; paths are relative to it
   */
  public FetchedContext fetch(
      String address, Path workingFolder, String stepId, ContextAccess access)
      throws Refusal, InterruptedException {
    ContextAddress parsed = ContextAddress.parse(address);
    if (parsed instanceof ContextAddress.Local local) {
      return local(local.path(), workingFolder, access.workspace());
    }
    return inScratch(
        access,
        scratch -> {
          Path workspace = access.workspace().toRealPath();
          Path folder = workspace.resolve(stepId);
          refuseTaken(folder);
          Path tree = Files.createDirectory(scratch.resolve(TREE));
          FetchedContext fetched = remote(parsed, tree, scratch, access);
          moveTo(folder, tree);
          return fetched.movedTo(folder.resolve(tree.relativize(fetched.folder())));
        });
  }

  /**
   * Fetches a repository that a Dockerfile names, with the same limits and to the same servers.
   *
   * @param folder empty or missing folder that no step reaches
   * @param token password for the repository's own server, or null; that of the run's context is
   *     not used, since whoever wrote the Dockerfile need not have it
   */
  public FetchedContext fetchAdded(
      ContextAddress.Git git, Path folder, @Nullable String token, ContextAccess access)
      throws Refusal, InterruptedException {
    ContextAccess own = access.withOnly(token, git.address());
    return inScratch(
        own,
        scratch -> git(git, Files.createDirectories(folder).toRealPath(), scratch, own, false));
  }

  /**
   * Renames, which follows no link at the name itself; the folder above it is closed to all steps.
   * A step may take the name and give it back at any moment, so a name that is free after a failed
   * rename is tried again.
   */
  private static void moveTo(Path folder, Path tree) throws IOException, ContextRefusedException {
    for (int attempt = 1; ; attempt++) {
      try {
        Files.move(tree, folder, StandardCopyOption.ATOMIC_MOVE);
        return;
      } catch (FileSystemException failed) {
        refuseTaken(folder);
        if (attempt == RENAMES) {
          throw failed;
        }
      }
    }
  }

  private static void refuseTaken(Path folder) throws ContextRefusedException {
    if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new ContextRefusedException(
          "the workspace has '%s' already, where the step's own context would be; give the step another id"
              .formatted(ContextRefusedException.shown(folder.getFileName().toString())));
    }
  }

  private FetchedContext remote(
      ContextAddress address, Path folder, Path scratch, ContextAccess access)
      throws IOException, Refusal, InterruptedException {
    switch (address) {
      case ContextAddress.Git git -> {
        return git(git, folder, scratch, access, false);
      }
      case ContextAddress.Tarball tarball ->
          fetchTarball.run(tarball.address(), folder, scratch, access);
      case ContextAddress.Artifact artifact ->
          fetchArtifact.run(artifact.reference(), folder, scratch, access);
      case ContextAddress.None none -> {}
      case ContextAddress.Local local -> throw new IllegalArgumentException(local.path());
    }
    return FetchedContext.of(folder);
  }

  private static FetchedContext local(String path, Path workingFolder, Path workspace)
      throws Refusal {
    Path folder =
        path.startsWith(MOUNTED)
            ? workspace.resolve(path.substring(MOUNTED.length()).replaceFirst("^/+", ""))
            : workingFolder.resolve(path);
    folder = folder.normalize();
    try {
      Path real = folder.startsWith(workspace) ? folder.toRealPath() : folder;
      if (real.startsWith(workspace.toRealPath()) && Files.isDirectory(real)) {
        return FetchedContext.of(real);
      }
    } catch (IOException missing) {
      // Refused below, like a path that is not a directory.
    }
    throw Refusal.user("the context '" + path + "' is not a directory in the workspace");
  }

  private FetchedContext git(
      ContextAddress.Git git, Path folder, Path scratch, ContextAccess access, boolean branchWanted)
      throws IOException, Refusal, InterruptedException {
    GitRepository repository = fetchGit.run(git, branchWanted, folder, scratch, access);
    Path part = ScopedPath.folder(folder.toRealPath(), git.folder());
    return new FetchedContext(part, repository.revision(), repository.branch());
  }

  private void upload(UUID id, Path folder, Path scratch, ContextAccess access)
      throws IOException, Refusal, InterruptedException {
    Path archive = scratch.resolve("archive");
    ContextDownload.tried(() -> {
      uploadedSource.save(id, access.runToken().get(), archive, limits);
      return archive;
    });
    try (InputStream in = Files.newInputStream(archive)) {
      UnpackArchive.into(folder, in, new ContextBudget(limits, folder));
    }
  }

  /** Into the workspace of a run that has no step yet; of a part of a repository without .git. */
  private static void moveContent(Path from, Path to, boolean isPart) throws IOException {
    try (var entries = Files.newDirectoryStream(from)) {
      for (Path entry : entries) {
        if (!isPart || !entry.getFileName().toString().equals(".git")) {
          Files.move(entry, to.resolve(entry.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        }
      }
    }
  }

  /** Work with a scratch folder that no step can see. */
  @FunctionalInterface
  private interface Work {
    FetchedContext run(Path scratch) throws IOException, Refusal, InterruptedException;
  }

  private static FetchedContext inScratch(ContextAccess access, Work work)
      throws Refusal, InterruptedException {
    Path scratch = null;
    try {
      // Beside the workspace: on the same disk, and never mounted into a step.
      scratch =
          GitSettings.scratch(Objects.requireNonNull(access.workspace().toRealPath().getParent()));
      return work.run(scratch);
    } catch (ContextRefusedException refused) {
      throw Refusal.user("failed to download context: " + refused.getMessage(), refused);
    } catch (IOException failed) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while a context was fetched");
      }
      String reason = reason(failed);
      if (reason != null) {
        access.log().engine("The context cannot be fetched: " + reason);
      }
      throw Refusal.user(FAILED, failed);
    } finally {
      delete(scratch);
    }
  }

  private static void delete(@Nullable Path scratch) {
    try {
      if (scratch != null) {
        Workspaces.remove(scratch);
      }
    } catch (IOException left) {
      LOG.warnf(left, "left behind: %s", scratch);
    }
  }

  /** None for git: its own words are in the log already. */
  private static @Nullable String reason(IOException failed) {
    return failed instanceof Git.FailedException
        ? null
        : ContextRefusedException.shown(Git.redacted(String.valueOf(failed.getMessage())));
  }
}
