package io.slipway.agent.context;

import io.slipway.agent.config.AgentConfig;
import io.slipway.identity.client.CheckedHttp;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.build.ContextAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fetches git repositories with their submodules and the files that LFS keeps elsewhere. */
final class FetchGit {
  private final ContextHosts hosts;
  private final GitRedirects redirects;
  private final CheckedHttp<Refusal> http;
  private final ContextLimits limits;
  private final SshKeys keys;

  /** Files for ssh; without a key, ssh addresses are refused. */
  record SshKeys(@Nullable Path key, @Nullable Path knownHosts) {
    static SshKeys of(AgentConfig.Agent agent) {
      return new SshKeys(
          agent.gitSshKeyFile().orElse(null), agent.gitSshKnownHostsFile().orElse(null));
    }
  }

  FetchGit(ContextHosts hosts, CheckedHttp<Refusal> http, ContextLimits limits, SshKeys keys) {
    this.hosts = hosts;
    this.redirects = new GitRedirects(hosts, http);
    this.http = http;
    this.limits = limits;
    this.keys = keys;
  }

  /**
   * Fetches a repository with its submodules and LFS files.
   *
   * @param git what to fetch; its folder is ignored
   * @param folder empty folder
   * @param named whether to find out the remote's default branch if the address names none
   * @param scratch folder that nobody else reads
   */
  GitRepository run(
      ContextAddress.Git git, boolean named, Path folder, Path scratch, ContextAccess access)
      throws IOException, Refusal, InterruptedException {
    GitRepository.checkReference(git.ref());
    GitAddress address = access.withToken(GitAddress.parse(git.address()));
    ContextBudget budget = new ContextBudget(limits, folder);
    GitRedirects.Place place = place(address, access);
    GitRepository repository = open(place, git.ref(), named, folder, scratch, budget, access);
    new GitSubmodules(this, budget, access).fetch(repository, place.address(), scratch, 0);
    new LfsFiles(http, limits, access).fetch(repository, place.address(), scratch, budget);
    return repository;
  }

  /** Checks an address, and follows its redirects. */
  GitRedirects.Place place(GitAddress address, ContextAccess access)
      throws IOException, Refusal, InterruptedException {
    String secret = address.secret();
    if (secret != null) {
      access.log().masker().learn(secret);
    }
    if (address.scheme().equals("ssh")) {
      hosts.allowed(address.host(), address.port());
      if (keys.key() == null) {
        throw new ContextRefusedException(
            "git over ssh needs a key of the agent (slipway.agent.git-ssh-key-file); use an https"
                + " address, with a token for a private repository");
      }
    }
    return redirects.follow(address);
  }

  /** Fetches one repository, without its submodules and LFS files. */
  GitRepository open(
      GitRedirects.Place place,
      String ref,
      boolean named,
      Path folder,
      Path scratch,
      ContextBudget budget,
      ContextAccess access)
      throws IOException, Refusal, InterruptedException {
    GitAddress address = place.address();
    List<InetAddress> addresses = hosts.allowed(address.host(), address.port());
    boolean internet = hosts.areInternet(addresses);
    Files.createDirectories(folder);
    Path credentials = GitSettings.credentials(address, scratch);
    Git git =
        new Git(
            folder,
            files(address, credentials),
            GitSettings.of(address, addresses, credentials),
            GitSettings.ssh(address, addresses, keys.key(), keys.knownHosts()),
            internet,
            access.programs(),
            () -> watch(folder, budget),
            access.log()::plain);
    String text =
        address.scheme().equals("git")
            ? address.textAt(addresses.get(0).getHostAddress())
            : address.text();
    try {
      return GitRepository.fetch(
          git, new GitRepository.Wanted(text, ref, place.shallow(), named), budget);
    } catch (Git.FailedException failed) {
      throw address.scheme().equals("ssh") ? explained(address.host(), failed) : failed;
    }
  }

  /** The agent's key only where it is needed. */
  private List<Path> files(GitAddress address, Path credentials) {
    List<Path> files = new ArrayList<>(List.of(credentials));
    if (address.scheme().equals("ssh")) {
      add(files, keys.key());
      add(files, keys.knownHosts());
    }
    return files;
  }

  private static void add(List<Path> files, @Nullable Path file) {
    if (file != null && Files.exists(file)) {
      files.add(file.toAbsolutePath());
    }
  }

  private void watch(Path folder, ContextBudget budget) throws IOException {
    budget.look();
    if (GitRepository.packed(folder) > limits.downloadBytes()) {
      throw new ContextRefusedException(
          "the repository's objects have over %d bytes (slipway.agent.context-download-limit)"
              .formatted(limits.downloadBytes()));
    }
  }

  /** The failure with its remedy if ssh was the reason; its own words name no setting. */
  private static IOException explained(String host, Git.FailedException failed) {
    String printed = String.valueOf(failed.getMessage());
    if (printed.contains("REMOTE HOST IDENTIFICATION HAS CHANGED")) {
      return new ContextRefusedException(
          "the git server %s shows another key than the one that the agent knows: somebody may be in between, or the server has a new key (slipway.agent.git-ssh-known-hosts-file)"
              .formatted(host));
    }
    if (printed.contains("Host key verification failed")) {
      return new ContextRefusedException(
          "the agent does not know the key of the git server %s: add it to the file of slipway.agent.git-ssh-known-hosts-file"
              .formatted(host));
    }
    if (printed.contains("Permission denied (")) {
      return new ContextRefusedException(
          "the git server %s does not accept the agent's key (slipway.agent.git-ssh-key-file)"
              .formatted(host));
    }
    return failed;
  }
}
