package io.slipway.taskfile.build;

import io.slipway.taskfile.Refusal;
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

  /** Keeps a copy in the order given. */
  public NamedContexts {
    byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
  }

  /**
   * Contexts by their names as written; the last of a name counts.
   *
   * @throws Refusal if a Dockerfile could not use a name
   */
  public static <T> NamedContexts<T> of(Map<String, T> written) throws Refusal {
    Map<String, T> shortest = new LinkedHashMap<>();
    for (Map.Entry<String, T> each : written.entrySet()) {
      shortest.put(checked(each.getKey()), each.getValue());
    }
    return new NamedContexts<>(shortest);
  }

  public static <T> NamedContexts<T> none() {
    return new NamedContexts<>(Map.of());
  }

  private static String checked(String name) throws Refusal {
    if (name.matches("\\d+") || name.equalsIgnoreCase("scratch")) {
      throw Refusal.user(
          "--build-context " + name + ": a context cannot have this name, it means something else");
    }
    try {
      return shortest(name);
    } catch (Refusal malformed) {
      throw malformed.because("--build-context " + name);
    }
  }

  private static String shortest(String name) throws Refusal {
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
    } catch (Refusal notAnImage) {
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

  public boolean isEmpty() {
    return byName.isEmpty();
  }
}
