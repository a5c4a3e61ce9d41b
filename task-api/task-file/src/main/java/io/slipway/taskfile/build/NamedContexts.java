package io.slipway.taskfile.build;

import io.slipway.taskfile.image.ImageReference;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Further contexts of a build: what names of a Dockerfile mean instead of a stage or an image. As
 * in BuildKit a name without a tag is that of {@code latest}, and Docker Hub need not be named; the
 * case of letters counts in tags only.
 *
 * @param byName contexts by their shortest names
 * @param <T> what a context is
 * @see <a href="https://docs.docker.com/reference/cli/docker/buildx/build/#build-context">the
 *     flag</a>
 */
public record NamedContexts<T>(Map<String, T> byName) {
  private static final String LATEST = ":latest";

  /**
   * Contexts by their names as written; the last of a name counts.
   *
   * @throws IllegalArgumentException if a name is none that a Dockerfile could use
   */
  public NamedContexts {
    Map<String, T> shortest = new LinkedHashMap<>();
    byName.forEach((name, context) -> shortest.put(checked(name), context));
    byName = Collections.unmodifiableMap(shortest);
  }

  /** No further context. */
  public static <T> NamedContexts<T> none() {
    return new NamedContexts<>(Map.of());
  }

  private static String checked(String name) {
    if (name.matches("\\d+") || name.equalsIgnoreCase("scratch")) {
      throw new IllegalArgumentException(
          "--build-context " + name + ": a context cannot have this name, it means something else");
    }
    try {
      return shortest(name);
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException(
          "--build-context " + name + ": " + malformed.getMessage(), malformed);
    }
  }

  private static String shortest(String name) {
    int end = name.indexOf('@') < 0 ? name.length() : name.indexOf('@');
    int colon = name.indexOf(':', name.lastIndexOf('/', end) + 1);
    int path = colon < 0 ? end : Math.min(colon, end);
    String lower = name.substring(0, path).toLowerCase(Locale.ROOT) + name.substring(path);
    String familiar = ImageReference.parse(lower).familiar();
    return familiar.endsWith(LATEST)
        ? familiar.substring(0, familiar.length() - LATEST.length())
        : familiar;
  }

  /** The context that a name of a stage or an image means; empty if it means what it says. */
  public Optional<T> find(String name) {
    if (byName.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(byName.get(shortest(name)));
    } catch (IllegalArgumentException none) {
      return Optional.empty();
    }
  }

  /** The context that takes the place of a stage; empty for a stage that is built. */
  public Optional<T> inPlaceOf(@Nullable String stageName) {
    return stageName == null ? Optional.empty() : find(stageName);
  }

  /** The same names, for something else. */
  public <R> NamedContexts<R> map(Function<T, R> change) {
    Map<String, R> changed = new LinkedHashMap<>();
    byName.forEach((name, context) -> changed.put(name, change.apply(context)));
    return new NamedContexts<>(changed);
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return byName.isEmpty();
  }
}
