package io.slipway.taskfile.image;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.slipway.taskfile.Refusal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Name of an image, complete as Docker completes it: without a registry it is Docker Hub's, without
 * a user there it is {@code library}'s.
 *
 * @param registry host, with its port if there is one, for example {@code docker.io}
 * @param repository path, for example {@code library/node}
 * @param tag tag, or null
 * @param digest digest as {@code sha256:…}, or null; with neither, {@code latest} is meant
 * @see <a href="https://github.com/distribution/reference/blob/main/reference.go">the grammar</a>
 */
public record ImageReference(
    String registry, String repository, @Nullable String tag, @Nullable String digest) {
  /** Docker Hub, for names without a registry. */
  public static final String DOCKER_HUB = "docker.io";

  private static final Pattern HOST =
      Pattern.compile(
          "[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:\\d{1,5})?|\\[[0-9a-fA-F:]+\\](:\\d{1,5})?");
  private static final Pattern PATH =
      Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}");
  private static final Pattern WHOLE = Pattern.compile("([^@]+?)(?:@(.+))?");

  /**
   * Reads a name that a user wrote.
   *
   * @throws Refusal if it is not a valid image name; says why
   */
  public static ImageReference parse(String text) throws Refusal {
    Matcher whole = WHOLE.matcher(text);
    if (!whole.matches()) {
      throw refusal(text, "it is empty");
    }
    String name = whole.group(1);
    String digest = whole.group(2);
    // A colon after the last slash begins a tag; one before it belongs to the registry's port.
    int colon = name.indexOf(':', name.lastIndexOf('/') + 1);
    String tag = colon < 0 ? null : name.substring(colon + 1);
    String path = colon < 0 ? name : name.substring(0, colon);
    int slash = path.indexOf('/');
    String first = slash < 0 ? "" : path.substring(0, slash);
    boolean hasRegistry =
        first.contains(".")
            || first.contains(":")
            || first.equals("localhost")
            || !lowerCase(first);
    String registry = hasRegistry ? first : DOCKER_HUB;
    String repository = hasRegistry ? path.substring(slash + 1) : path;
    if (registry.equals("index.docker.io") || registry.equals("registry-1.docker.io")) {
      registry = DOCKER_HUB;
    }
    if (registry.equals(DOCKER_HUB) && !repository.contains("/")) {
      repository = "library/" + repository;
    }
    check(text, registry, repository, tag, digest);
    return new ImageReference(registry, repository, tag, digest);
  }

  /**
   * A name that is known to be valid, such as a constant.
   *
   * @throws IllegalArgumentException if it is not
   */
  public static ImageReference of(String text) {
    try {
      return parse(text);
    } catch (Refusal invalid) {
      throw new IllegalArgumentException(invalid.text(), invalid);
    }
  }

  private static Refusal refusal(String name, String why) {
    return Refusal.user("'" + name + "' is not a valid image name: " + why);
  }

  private static boolean lowerCase(String text) {
    return text.equals(text.toLowerCase(Locale.ROOT));
  }

  private static void check(
      String text,
      String registry,
      String repository,
      @Nullable String tag,
      @Nullable String digest)
      throws Refusal {
    if (!HOST.matcher(registry).matches()) {
      throw refusal(text, "'" + registry + "' is not a valid registry");
    }
    if (repository.length() > 255 || !PATH.matcher(repository).matches()) {
      throw refusal(
          text, "a repository consists of lower-case letters, digits and single separators");
    }
    if (tag != null && !TAG.matcher(tag).matches()) {
      throw refusal(text, "'" + tag + "' is not a valid tag");
    }
    if (digest != null && !DIGEST.matcher(digest).matches()) {
      throw refusal(text, "'" + digest + "' is not a valid digest");
    }
  }

  /**
   * The digest of this image among those that Docker lists ({@code repository@sha256:…}); empty for
   * an image that was built and not pushed.
   */
  public Optional<String> digestAmong(List<String> listed) {
    String whole = registry + "/" + repository;
    String hub = registry.equals(DOCKER_HUB) ? repository.replaceFirst("^library/", "") : whole;
    return listed.stream()
        .filter(entry -> entry.startsWith(whole + "@") || entry.startsWith(hub + "@"))
        .map(entry -> entry.substring(entry.indexOf('@') + 1))
        .findFirst();
  }

  /** What is asked of the registry: the digest, else the tag, else {@code latest}. */
  public String reference() {
    if (digest != null) {
      return digest;
    }
    return tag != null ? tag : "latest";
  }

  /** The same image by another tag. */
  public ImageReference withTag(String other) {
    return new ImageReference(registry, repository, other, null);
  }

  /** The whole name, registry first. */
  public String canonical() {
    return registry
        + "/"
        + repository
        + (tag == null && digest == null ? ":latest" : "")
        + (tag == null ? "" : ":" + tag)
        + (digest == null ? "" : "@" + digest);
  }

  /** The name as Docker shows it: without Docker Hub and its library. */
  public String familiar() {
    String name = canonical();
    if (!registry.equals(DOCKER_HUB)) {
      return name;
    }
    String path = name.substring(DOCKER_HUB.length() + 1);
    return path.startsWith("library/") ? path.substring("library/".length()) : path;
  }
}
