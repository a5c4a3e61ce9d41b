package io.slipway.taskfile.build;

import com.google.re2j.Pattern;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Where a context comes from. */
public sealed interface ContextAddress {
  record None() implements ContextAddress {}

  /** A folder of the workspace. */
  record Local(String path) implements ContextAddress {}

  /**
   * A git repository.
   *
   * @param address address without its fragment
   * @param ref branch, tag, commit or {@code pull/N/head}; empty for the remote's default
   * @param folder folder within it; empty for all
   */
  record Git(String address, String ref, String folder) implements ContextAddress {}

  /** An archive at an address. */
  record Tarball(String address) implements ContextAddress {}

  /** An artifact of a registry. */
  record Artifact(String reference) implements ContextAddress {}

  /** A fragment may be empty, as where a variable for the branch is. */
  Pattern GIT_OVER_HTTP = Pattern.compile("https?://[^#]+\\.git(#.*)?");

  Pattern AZURE_GIT =
      Pattern.compile(
          "https://(?i:[^/]+\\.visualstudio\\.com|(?:[^/@]+@)?dev\\.azure\\.com)/(?:.*/)?_git/[^?]*");

  String ARTIFACT = "oci://";

  /** Tells kinds apart as the original does, which takes {@code ssh://} for a folder, though. */
  static ContextAddress parse(String text) {
    String trimmed = text.strip();
    String lower = trimmed.toLowerCase(Locale.ROOT);
    if (lower.isEmpty() || lower.equals("/dev/null")) {
      return new None();
    }
    if (trimmed.startsWith("github.com/")) {
      return git("https://" + trimmed);
    }
    if (GIT_OVER_HTTP.matcher(trimmed).matches()
        || AZURE_GIT.matcher(trimmed).matches()
        || trimmed.startsWith("git://")
        || trimmed.startsWith("git@")
        || trimmed.startsWith("ssh://")) {
      return git(trimmed);
    }
    if (trimmed.startsWith("http://") || trimmed.startsWith("https://")) {
      return new Tarball(trimmed);
    }
    if (lower.startsWith(ARTIFACT) && trimmed.length() > ARTIFACT.length()) {
      return new Artifact(trimmed.substring(ARTIFACT.length()));
    }
    return new Local(trimmed);
  }

  private static Git git(String text) {
    int hash = text.indexOf('#');
    if (hash < 0) {
      return new Git(text, "", "");
    }
    String fragment = text.substring(hash + 1);
    int colon = fragment.indexOf(':');
    return new Git(
        text.substring(0, hash),
        decoded(colon < 0 ? fragment : fragment.substring(0, colon)),
        decoded(colon < 0 ? "" : fragment.substring(colon + 1)));
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      return text;
    }
  }
}
