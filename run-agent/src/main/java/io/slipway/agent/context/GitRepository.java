package io.slipway.agent.context;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A checked out git repository, fetched with the machine's git: arguments as words, after {@code
 * --}.
 *
 * @param git git in its folder
 * @param revision commit
 * @param branch branch that was asked for; null if it was a tag, a commit, or nothing
 */
record GitRepository(Git git, String revision, @Nullable String branch) {
  private static final Pattern REF = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}_./+@#=,-]*");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-fA-F]{7,64}");
  private static final Pattern FETCHED_BRANCH = Pattern.compile("\\tbranch '([^'\\n]+)' of ");
  private static final Pattern SYMBOLIC = Pattern.compile("ref: refs/heads/(\\S+)\\tHEAD");
  private static final String ALL = "+refs/heads/*:refs/remotes/origin/*";

  /**
   * Checks that a text is a reference, so that git cannot take it for an option.
   *
   * @throws ContextRefusedException if it is not
   */
  static void checkReference(String ref) throws ContextRefusedException {
    boolean good =
        ref.isEmpty()
            || REF.matcher(ref).matches()
                && !ref.contains("..")
                && !ref.contains("@{")
                && !ref.endsWith(".lock");
    if (!good) {
      throw new ContextRefusedException(
          "'" + ContextRefusedException.shown(ref) + "' is not a git reference");
    }
  }

  /**
   * Fetches a reference into an empty folder and checks it out.
   *
   * @param address as git is to call it
   * @param ref branch, tag, commit or {@code pull/N/head}; empty for the remote's default
   * @param shallow whether the server can send a single commit
   */
  static GitRepository fetch(
      Git git, String address, String ref, boolean shallow, ContextBudget budget)
      throws IOException, InterruptedException {
    checkReference(ref);
    git.run("init", "-q", "--template=");
    git.run("remote", "add", "--", "origin", address);
    String commit;
    try {
      git.run(fetchArguments(shallow, ref).toArray(String[]::new));
      commit = "FETCH_HEAD";
    } catch (Git.FailedException single) {
      if (!shallow && !COMMIT.matcher(ref).matches()) {
        throw single;
      }
      // Some servers refuse single commits, or cannot send a part of a history.
      git.run("fetch", "-q", "--", "origin", "HEAD", ALL);
      commit = ref.isEmpty() ? "FETCH_HEAD" : remote(git, ref);
    }
    String branch = branch(git, ref);
    count(git, commit, budget);
    git.run("checkout", "-q", "--detach", commit);
    return new GitRepository(git, git.run("rev-parse", "--verify", "HEAD").strip(), branch);
  }

  /** The arguments that fetch a reference alone. */
  static List<String> fetchArguments(boolean shallow, String ref) {
    List<String> arguments = new ArrayList<>(List.of("fetch", "-q", "--no-tags"));
    if (shallow) {
      arguments.addAll(List.of("--depth", "1"));
    }
    String wanted = ref.isEmpty() ? "HEAD" : ref.startsWith("pull/") ? "refs/" + ref : ref;
    arguments.addAll(List.of("--", "origin", wanted));
    return arguments;
  }

  /** Name of the remote's default branch; null if it does not say. */
  @Nullable String defaultBranch() throws IOException, InterruptedException {
    Matcher match = SYMBOLIC.matcher(git.run("ls-remote", "--symref", "--", "origin", "HEAD"));
    return match.find() ? match.group(1) : null;
  }

  private static @Nullable String branch(Git git, String ref) throws IOException {
    if (ref.isEmpty()) {
      return null;
    }
    Matcher match =
        FETCHED_BRANCH.matcher(Files.readString(git.folder().resolve(".git/FETCH_HEAD")));
    return match.find() && ref.endsWith(match.group(1)) ? match.group(1) : null;
  }

  /** Before the checkout: a small pack can hold a tree that fills any disk. */
  private static void count(Git git, String commit, ContextBudget budget)
      throws IOException, InterruptedException {
    git.records(
        record -> {
          int tab = record.indexOf('\t');
          String[] fields = record.substring(0, Math.max(tab, 0)).split("\\s+");
          String path = record.substring(tab + 1);
          budget.entry(path);
          if (fields.length > 3 && fields[3].matches("\\d{1,18}")) {
            budget.bytes(path, Long.parseLong(fields[3]));
          }
        },
        "ls-tree",
        "-r",
        "-t",
        "-l",
        "-z",
        commit);
  }

  private static String remote(Git git, String ref) throws IOException, InterruptedException {
    try {
      return git.run("rev-parse", "--verify", "refs/remotes/origin/" + ref).strip();
    } catch (Git.FailedException noBranch) {
      return git.run("rev-parse", "--verify", ref + "^{commit}").strip();
    }
  }

  /** Bytes of the objects that were sent so far. */
  static long packed(Path folder) throws IOException {
    Path packs = folder.resolve(".git/objects/pack");
    if (!Files.isDirectory(packs)) {
      return 0;
    }
    long bytes = 0;
    try (var files = Files.newDirectoryStream(packs)) {
      for (Path file : files) {
        bytes += file.toFile().length();
      }
    }
    return bytes;
  }
}
