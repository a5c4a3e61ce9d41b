package io.slipway.agent.context;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A git repository, fetched with the machine's git: arguments as words, after {@code --}; only the
 * protocols of the network; no configuration of the machine or the user.
 */
final class GitRepository {
  private static final Pattern REF = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_./+@-]*");
  private static final Pattern TOKEN = Pattern.compile("(https?://)[^/@\\s]+@");

  private final String revision;

  private GitRepository(String revision) {
    this.revision = revision;
  }

  String revision() {
    return revision;
  }

  /** An address, or text with addresses, without what stands before the host. */
  static String redacted(String text) {
    return TOKEN.matcher(text).replaceAll("$1<REDACTED>@");
  }

  /** Fetches a reference into a new folder. */
  static GitRepository fetch(String address, String ref, Path folder, Consumer<String> output)
      throws IOException, InterruptedException {
    if (!ref.isEmpty() && (!REF.matcher(ref).matches() || ref.contains(".."))) {
      throw new IOException("'" + ref + "' is no git reference");
    }
    Files.createDirectories(folder);
    String wanted = ref.isEmpty() ? "HEAD" : ref;
    git(folder, output, "init", "-q");
    git(folder, output, "remote", "add", "--", "origin", address);
    try {
      git(
          folder,
          output,
          "fetch",
          "-q",
          "--depth",
          "1",
          "--no-tags",
          "--",
          "origin",
          refspec(wanted));
      git(folder, output, "checkout", "-q", "FETCH_HEAD");
    } catch (GitFailed shallow) {
      // Servers may refuse single commits, or cannot give a part.
      git(
          folder,
          output,
          "fetch",
          "-q",
          "--",
          "origin",
          "HEAD",
          "+refs/heads/*:refs/remotes/origin/*");
      git(
          folder,
          output,
          "checkout",
          "-q",
          ref.isEmpty() ? "FETCH_HEAD" : remote(folder, wanted, output));
    }
    return new GitRepository(git(folder, output, "rev-parse", "--verify", "HEAD").strip());
  }

  private static String refspec(String ref) {
    return ref.startsWith("pull/") ? "refs/" + ref : ref;
  }

  private static String remote(Path folder, String ref, Consumer<String> output)
      throws IOException, InterruptedException {
    try {
      return git(folder, output, "rev-parse", "--verify", "refs/remotes/origin/" + ref).strip();
    } catch (GitFailed noBranch) {
      return git(folder, output, "rev-parse", "--verify", ref + "^{commit}").strip();
    }
  }

  /** git said no. */
  private static final class GitFailed extends IOException {
    private static final long serialVersionUID = 1L;

    GitFailed(String message) {
      super(message);
    }
  }

  private static String git(Path folder, Consumer<String> output, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git", "-c", "protocol.allow=never"));
    for (String protocol : List.of("http", "https", "git", "ssh")) {
      command.addAll(List.of("-c", "protocol." + protocol + ".allow=always"));
    }
    command.addAll(List.of("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    Map<String, String> environment = builder.environment();
    String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
    environment.clear();
    environment.putAll(
        Map.of(
            "PATH", path,
            "HOME", folder.toString(),
            "GIT_TERMINAL_PROMPT", "0",
            "GIT_CONFIG_NOSYSTEM", "1",
            "GIT_CONFIG_GLOBAL", "/dev/null",
            "LC_ALL", "C.UTF-8"));
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    Path errors = Files.createTempFile(folder.getParent(), "git", ".err");
    builder.redirectError(errors.toFile());
    Process process = builder.start();
    try {
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        String said = redacted(Files.readString(errors)).strip();
        said.lines().forEach(output);
        throw new GitFailed("git " + words[0] + ": " + said);
      }
      return out;
    } catch (UncheckedIOException failed) {
      throw failed.getCause();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      Files.deleteIfExists(errors);
    }
  }
}
