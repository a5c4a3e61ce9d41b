package io.slipway.builder.interpreter;

import com.google.re2j.Pattern;
import io.slipway.builder.EngineException;
import io.slipway.builder.config.Platform;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Build arguments and where they count: before the first {@code FROM}, and in a stage only once
 * {@code ARG} names them there.
 */
final class BuildArguments {
  /** Names that RUN gets without {@code ARG}, and that no cache key holds. */
  static final Set<String> PROXIES =
      Set.of(
          "HTTP_PROXY",
          "http_proxy",
          "HTTPS_PROXY",
          "https_proxy",
          "FTP_PROXY",
          "ftp_proxy",
          "NO_PROXY",
          "no_proxy",
          "ALL_PROXY",
          "all_proxy");

  /** Seconds since 1970: the time of an image that is to be the same whenever it is built. */
  private static final String SOURCE_DATE = "SOURCE_DATE_EPOCH";

  /** In place of {@code # syntax=}. */
  static final String SYNTAX = "BUILDKIT_SYNTAX";

  /** In place of {@code # check=}. */
  static final String CHECK = "BUILDKIT_DOCKERFILE_CHECK";

  /** Caches of RUN are only found by builds with the same value. */
  static final String CACHE_GROUP = "BUILDKIT_CACHE_MOUNT_NS";

  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,11}");

  private final Map<String, @Nullable String> given;
  private final Map<String, String> platforms;
  private final Map<String, String> globals = new HashMap<>();
  private final Set<String> used = new TreeSet<>();

  BuildArguments(
      Map<String, @Nullable String> given, Platform target, @Nullable String targetStage) {
    this.given = given;
    Platform here = Platform.current();
    this.platforms = new HashMap<>();
    describe("BUILD", here);
    describe("TARGET", target);
    platforms.put("TARGETSTAGE", targetStage == null ? "default" : targetStage);
    for (Map.Entry<String, String> each : platforms.entrySet()) {
      String wanted = given.get(each.getKey());
      if (wanted != null) {
        each.setValue(wanted);
        used.add(each.getKey());
      }
    }
  }

  private void describe(String prefix, Platform platform) {
    platforms.put(prefix + "PLATFORM", platform.toString());
    platforms.put(prefix + "OS", platform.os());
    platforms.put(prefix + "ARCH", platform.architecture());
    platforms.put(prefix + "VARIANT", platform.variant() == null ? "" : platform.variant());
  }

  /** Takes an {@code ARG} before the first {@code FROM}; its default has its variables replaced. */
  void global(String name, @Nullable String defaultValue) {
    String value = value(name, defaultValue);
    if (value != null) {
      globals.put(name, value);
    }
  }

  /** Value of a variable in a {@code FROM}. */
  @Nullable String inFrom(String name) {
    String value = globals.get(name);
    return value != null ? value : platforms.get(name);
  }

  /** Value of an {@code ARG} of a stage, or null. */
  @Nullable String inStage(String name, @Nullable String defaultValue) {
    String value = value(name, defaultValue);
    if (value != null) {
      return value;
    }
    return inFrom(name);
  }

  private @Nullable String value(String name, @Nullable String defaultValue) {
    used.add(name);
    String fromUser = given.get(name);
    return fromUser != null ? fromUser : defaultValue;
  }

  /**
   * The time that a build's image is to have, if it is given.
   *
   * @throws EngineException if it is not a number of seconds
   * @see <a href="https://reproducible-builds.org/specs/source-date-epoch/">SOURCE_DATE_EPOCH</a>
   */
  static Optional<Instant> sourceDate(Map<String, @Nullable String> given) throws EngineException {
    String text = given.get(SOURCE_DATE);
    if (text == null || text.isEmpty()) {
      return Optional.empty();
    }
    if (!SECONDS.matcher(text).matches()) {
      throw EngineException.user(
          "--build-arg " + SOURCE_DATE + "=" + text + " is not a number of seconds since 1970");
    }
    return Optional.of(Instant.ofEpochSecond(Long.parseLong(text)));
  }

  /** The proxies that were given. */
  Map<String, String> proxies() {
    Map<String, String> found = new HashMap<>();
    for (String name : PROXIES) {
      String value = given.get(name);
      if (value != null) {
        found.put(name, value);
      }
    }
    return found;
  }

  /** Names that were given and that nothing asked for. */
  Set<String> unused() {
    Set<String> names = new TreeSet<>(given.keySet());
    names.removeAll(used);
    names.removeAll(PROXIES);
    names.remove(SOURCE_DATE);
    // Whoever fetches a context has asked the last one.
    names.removeAll(Set.of(SYNTAX, CHECK, CACHE_GROUP, "BUILDKIT_CONTEXT_KEEP_GIT_DIR"));
    return Collections.unmodifiableSet(names);
  }
}
