package io.slipway.builder.interpreter;

import com.google.re2j.Pattern;
import io.slipway.builder.EngineException;
import io.slipway.builder.GitRepositories.Checkout;
import io.slipway.builder.dockerfile.Instruction;
import io.slipway.taskfile.build.ContextAddress;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A git repository that {@code ADD} names.
 *
 * @param git where it is, and what of it is wanted
 * @param checksum begin of the hash that its commit must have; empty for any
 * @param keepsGit whether {@code .git} is copied too
 * @see <a href="https://docs.docker.com/reference/dockerfile/#adding-files-from-a-git-repository">
 *     Adding files from a Git repository</a>
 */
record AddedRepository(ContextAddress.Git git, String checksum, boolean keepsGit) {
  private static final Pattern GIT =
      Pattern.compile("(?:git@|git://|ssh://).*|https?://[^?#]*\\.git/?(?:[?#].*)?");

  private static final Pattern HASH = Pattern.compile("[0-9a-f]{7,64}");
  private static final Pattern LOG_IN = Pattern.compile("[a-z]+://[^/]*@.*");

  /** As in BuildKit a token for one host goes before the one for all. */
  private static final String TOKEN = "GIT_AUTH_TOKEN";

  /** Whether a source is a repository, not a file. */
  static boolean isOne(String source) {
    return GIT.matches(source);
  }

  /**
   * Reads a source that is one.
   *
   * @param checksum value of {@code --checksum}, or empty
   * @param keepGit value of {@code --keep-git-dir}
   * @throws EngineException if it is wrong, or needs what builds do not get
   */
  static AddedRepository of(Instruction.Add add, String source, String checksum, boolean keepGit)
      throws EngineException {
    Refusals.git(add, source);
    if (LOG_IN.matches(source)) {
      throw Refusals.user(
          add, "ADD takes no log-in in the address of a git repository; use --secret id=" + TOKEN);
    }
    String[] parts = source.split("#", 2);
    String[] query = parts[0].split("\\?", 2);
    Map<String, String> asked = query.length > 1 ? asked(add, query[1]) : Map.of();
    String base = query[0].endsWith("/") ? query[0].substring(0, query[0].length() - 1) : query[0];
    String fragment = parts.length > 1 ? "#" + parts[1] : "";
    if (!(ContextAddress.parse(base + fragment) instanceof ContextAddress.Git git)) {
      throw Refusals.user(add, "'" + base + "' is not the address of a git repository");
    }
    String pinned = first(add, "the commit", asked.get("checksum"), asked.get("commit"));
    String commit = first(add, "the commit", checksum, pinned);
    if (!commit.isEmpty() && !HASH.matches(commit)) {
      throw Refusals.user(add, "ADD --checksum=" + commit + " must be the hash of a git commit");
    }
    String ref =
        first(
            add,
            "what is wanted",
            git.ref(),
            asked.get("ref"),
            prefixed("refs/heads/", asked.get("branch")),
            prefixed("refs/tags/", asked.get("tag")));
    String folder = first(add, "the folder", git.folder(), asked.get("subdir"));
    return new AddedRepository(
        new ContextAddress.Git(git.address(), ref.isEmpty() ? pinned : ref, folder),
        commit,
        keepGit || "true".equals(asked.get("keep-git-dir")));
  }

  private static Map<String, String> asked(Instruction.Add add, String query)
      throws EngineException {
    Map<String, String> asked = new LinkedHashMap<>();
    for (String each : query.split("&")) {
      String[] pair = each.split("=", 2);
      String value = pair.length > 1 ? decoded(add, pair[1]) : "true";
      switch (pair[0]) {
        case "ref", "branch", "tag", "subdir", "checksum", "commit", "keep-git-dir" -> {}
        case "submodules" -> {
          if (!value.equals("true")) {
            throw Refusals.unsupported(add, "ADD of a git repository without its submodules");
          }
        }
        default ->
            throw Refusals.user(
                add, "ADD of a git repository knows no '" + pair[0] + "' in the address");
      }
      asked.put(pair[0], value);
    }
    return asked;
  }

  private static String decoded(Instruction.Add add, String text) throws EngineException {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      throw Refusals.user(add, "'" + text + "' in a repository's address is not percent-encoded");
    }
  }

  private static @Nullable String prefixed(String prefix, @Nullable String name) {
    return name == null ? null : prefix + name;
  }

  /** The one that is given; empty if there is none. */
  private static String first(Instruction.Add add, String what, @Nullable String... given)
      throws EngineException {
    String found = "";
    for (String each : given) {
      if (each != null && !each.isEmpty()) {
        if (!found.isEmpty() && !found.equals(each)) {
          throw Refusals.user(add, "ADD says twice " + what + ": " + found + " and " + each);
        }
        found = each;
      }
    }
    return found;
  }

  /** Fetches it: the files to copy, to be closed by the caller. */
  ContextFiles fetch(Instruction.Add add, BuildJob job, Path into)
      throws EngineException, IOException, InterruptedException {
    Checkout checkout;
    try {
      checkout = job.repositories().fetch(git, token(add, job), into);
    } catch (EngineException failed) {
      throw new EngineException(
          failed.kind(),
          "Dockerfile line %d: ADD %s: %s"
              .formatted(add.line(), git.address(), failed.getMessage()),
          failed);
    }
    if (!checkout.commit().startsWith(checksum)) {
      throw Refusals.user(
          add,
          "digest mismatch: %s has %s, not %s"
              .formatted(git.address(), checkout.commit(), checksum));
    }
    job.output().line(git.address() + " is at " + checkout.commit());
    return keepsGit
        ? ContextFiles.whole(checkout.folder())
        : ContextFiles.without(checkout.folder(), "**/.git");
  }

  private @Nullable String token(Instruction.Add add, BuildJob job)
      throws EngineException, IOException {
    String host = git.address().startsWith("http") ? host(git.address()) : null;
    for (String id : new String[] {TOKEN + "." + host, TOKEN}) {
      Path file = host == null ? null : job.request().secrets().get(id);
      if (file != null) {
        byte[] secret = RunMounts.content(add, id, file);
        return new String(secret, StandardCharsets.UTF_8).strip();
      }
    }
    return null;
  }

  /** Null for an address that is refused when it is fetched. */
  private static @Nullable String host(String address) {
    try {
      return new URI(address).getHost();
    } catch (URISyntaxException malformed) {
      return null;
    }
  }
}
