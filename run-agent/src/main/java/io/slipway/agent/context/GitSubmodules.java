package io.slipway.agent.context;

import io.slipway.builder.OpenFolder;
import io.slipway.taskfile.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Fetches the submodules of a repository, each like a repository that a user names: its host is
 * checked, and a password goes only to the server that it was meant for.
 */
final class GitSubmodules {
  private static final int DEEPEST = 8;
  private static final int MOST = 200;

  private final FetchGit fetchGit;
  private final ContextBudget budget;
  private final ContextAccess access;
  private int fetched;

  GitSubmodules(FetchGit fetchGit, ContextBudget budget, ContextAccess access) {
    this.fetchGit = fetchGit;
    this.budget = budget;
    this.access = access;
  }

  /** Fetches the submodules of a repository, and their submodules. */
  void fetch(GitRepository repository, GitAddress address, Path scratch, int depth)
      throws IOException, Refusal, InterruptedException {
    Map<String, String> commits = repository.submodules();
    if (commits.isEmpty()) {
      return;
    }
    if (depth >= DEEPEST) {
      throw new ContextRefusedException(
          "submodules are nested more than " + DEEPEST + " repositories deep");
    }
    Map<String, String> addresses = addresses(repository.git());
    for (Map.Entry<String, String> link : commits.entrySet()) {
      String shown = ContextRefusedException.shown(link.getKey());
      String written = addresses.get(link.getKey());
      if (written == null) {
        throw new ContextRefusedException(
            "the submodule '" + shown + "' has no url in .gitmodules");
      }
      if (++fetched > MOST) {
        throw new ContextRefusedException("the context has over " + MOST + " submodules");
      }
      Path folder = repository.git().folder().resolve(link.getKey());
      try (OpenFolder whole = OpenFolder.open(repository.git().folder())) {
        // No link may be above it, which a repository made by hand could have.
        whole.folder(link.getKey()).close();
      } catch (IOException none) {
        throw new ContextRefusedException("the submodule '" + shown + "' has no folder", none);
      }
      GitAddress own = address(written, address, shown);
      GitRedirects.Place place = fetchGit.place(access.withToken(own), access);
      GitRepository submodule =
          fetchGit.open(place, link.getValue(), false, folder, scratch, budget, access);
      fetch(submodule, place.address(), scratch, depth + 1);
    }
  }

  private static GitAddress address(String written, GitAddress parent, String submodule)
      throws ContextRefusedException {
    try {
      return GitAddress.parse(absolute(written, parent.text())).withSecretOf(parent);
    } catch (IOException none) {
      throw new ContextRefusedException(
          "the submodule '" + submodule + "': " + none.getMessage(), none);
    }
  }

  /** An address that begins with {@code ./} or {@code ../} is relative to that of the parent. */
  static String absolute(String written, String parent) throws IOException {
    String rest = written;
    String base = GitAddress.withoutLastSlashes(parent);
    if (!rest.startsWith("./") && !rest.startsWith("../")) {
      return rest;
    }
    while (rest.startsWith("./") || rest.startsWith("../")) {
      if (rest.startsWith("../")) {
        int cut =
            Math.max(base.lastIndexOf('/'), base.contains("://") ? -1 : base.lastIndexOf(':'));
        if (cut <= base.indexOf("://") + 2) {
          throw new IOException("its address leads above the root of the server");
        }
        base = base.substring(0, base.charAt(cut) == ':' ? cut + 1 : cut);
      }
      rest = rest.substring(rest.indexOf('/') + 1);
    }
    return base.endsWith(":") ? base + rest : base + "/" + rest;
  }

  /** Addresses of submodules by their path, as {@code .gitmodules} has them. */
  private static Map<String, String> addresses(Git git) throws IOException, InterruptedException {
    if (!Files.isRegularFile(git.folder().resolve(".gitmodules"), LinkOption.NOFOLLOW_LINKS)) {
      return Map.of();
    }
    Map<String, String> paths = new HashMap<>();
    Map<String, String> urls = new HashMap<>();
    git.records(
        record -> {
          int end = record.indexOf('\n');
          String key = end < 0 ? record : record.substring(0, end);
          String value = end < 0 ? "" : record.substring(end + 1);
          if (key.startsWith("submodule.") && key.endsWith(".path")) {
            paths.put(key.substring(0, key.length() - ".path".length()), value);
          } else if (key.startsWith("submodule.") && key.endsWith(".url")) {
            urls.put(key.substring(0, key.length() - ".url".length()), value);
          }
        },
        "config",
        "-f",
        ".gitmodules",
        "-z",
        "--list");
    Map<String, String> found = new HashMap<>();
    paths.forEach((name, path) -> {
      String url = urls.get(name);
      if (url != null) {
        found.put(path, url);
      }
    });
    return found;
  }
}
