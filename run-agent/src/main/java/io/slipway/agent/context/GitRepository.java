package io.slipway.agent.context;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.slipway.builder.OpenFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A checked out git repository, fetched with the machine's git: arguments as words, after {@code
 * --}.
 *
 * @param git git in its folder
 * @param revision commit
 * @param branch branch that was asked for; without a reference the remote's own, if that was asked
 *     for; null if it was a tag or a commit
 * @param submodules their commits by their paths
 * @param large paths of files that git LFS keeps
 */
record GitRepository(
    Git git,
    String revision,
    @Nullable String branch,
    Map<String, String> submodules,
    List<String> large) {
  private static final Pattern REF = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}_./+@#=,-]*");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-fA-F]{7,64}");
  private static final Pattern FETCHED_BRANCH = Pattern.compile("\\tbranch '([^'\\n]+)' of ");
  private static final Pattern SYMBOLIC = Pattern.compile("ref: refs/heads/(\\S+)\\tHEAD");
  private static final String SUBMODULE = "160000";

  /** Bytes of the list of what was fetched, a line for each branch of the remote. */
  private static final int MOST_HEADS = 16 << 20;

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
   * What is fetched.
   *
   * @param address as git is to call it
   * @param ref branch, tag, commit or {@code pull/N/head}; empty for the remote's default
   * @param shallow whether the server can send a single commit
   * @param named whether to ask for the name of the remote's default branch if there is no
   *     reference
   */
  record Wanted(String address, String ref, boolean shallow, boolean named) {}

  /** Fetches a reference into an empty folder and checks it out. */
  static GitRepository fetch(Git git, Wanted wanted, ContextBudget budget)
      throws IOException, InterruptedException {
    String ref = wanted.ref();
    checkReference(ref);
    Map<String, String> submodules = new LinkedHashMap<>();
    GitRecords.Reader tree = record -> entry(record, submodules, budget);
    String commit = "FETCH_HEAD";
    try {
      git.all(
          "fetch",
          tree,
          List.of(
              git.command("init", "-q", "--template="),
              git.command("remote", "add", "--", "origin", wanted.address()),
              git.command(fetchArguments(wanted.shallow(), ref).toArray(String[]::new)),
              list(git, commit)));
    } catch (Git.FailedException single) {
      if (!wanted.shallow() && !COMMIT.matcher(ref).matches()) {
        throw single;
      }
      // Some servers refuse single commits, or cannot send a part of a history.
      git.run("fetch", "-q", "--", "origin", "HEAD", ALL);
      commit = ref.isEmpty() ? commit : remote(git, ref);
      git.all("ls-tree", tree, List.of(list(git, commit)));
    }
    return checkOut(git, commit, wanted, submodules, budget);
  }

  private static GitRepository checkOut(
      Git git, String commit, Wanted wanted, Map<String, String> submodules, ContextBudget budget)
      throws IOException, InterruptedException {
    List<String> commands = new ArrayList<>();
    boolean named = wanted.named() && wanted.ref().isEmpty();
    if (named) {
      commands.add(git.command("ls-remote", "--symref", "--", "origin", "HEAD"));
    }
    commands.add(git.command("checkout", "-q", "--detach", commit));
    commands.add(git.command("rev-parse", "--verify", "HEAD"));
    commands.add(Git.END);
    commands.add(git.command("ls-files", "-z", "--", ":(attr:filter=lfs)"));
    List<String> printed = new ArrayList<>();
    git.all(
        "checkout",
        record -> {
          printed.add(record);
          if (printed.size() - 1 > budget.limits().entries()) {
            throw new ContextRefusedException("git names more files than the context may have");
          }
        },
        commands);
    String first = printed.isEmpty() ? "" : printed.getFirst().strip();
    String revision = first.substring(first.lastIndexOf('\n') + 1);
    if (!COMMIT.matcher(revision).matches()) {
      throw new IOException("git names no commit");
    }
    Matcher remote = SYMBOLIC.matcher(first);
    String branch =
        named ? (remote.find() ? remote.group(1) : null) : branch(git.folder(), wanted.ref());
    return new GitRepository(git, revision, branch, submodules, printed.subList(1, printed.size()));
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

  private static @Nullable String branch(Path folder, String ref) throws IOException {
    if (ref.isEmpty()) {
      return null;
    }
    try (OpenFolder files = OpenFolder.open(folder)) {
      byte[] head = files.read(".git/FETCH_HEAD", MOST_HEADS);
      Matcher match = FETCHED_BRANCH.matcher(new String(head, StandardCharsets.UTF_8));
      return match.find() && ref.endsWith(match.group(1)) ? match.group(1) : null;
    }
  }

  private static String list(Git git, String commit) {
    return git.command("ls-tree", "-r", "-t", "-l", "-z", commit);
  }

  /** Before the checkout: a small pack can hold a tree that fills any disk. */
  private static void entry(String record, Map<String, String> submodules, ContextBudget budget)
      throws IOException {
    int tab = record.indexOf('\t');
    String[] fields = record.substring(0, Math.max(tab, 0)).split("\\s+");
    String path = record.substring(tab + 1);
    budget.entry(path);
    if (fields.length > 3 && fields[3].matches("\\d{1,18}")) {
      budget.bytes(path, Long.parseLong(fields[3]));
    } else if (fields.length > 2 && fields[0].equals(SUBMODULE)) {
      submodules.put(path, fields[2]);
    }
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
