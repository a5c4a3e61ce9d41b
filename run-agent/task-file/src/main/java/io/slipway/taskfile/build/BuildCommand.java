package io.slipway.taskfile.build;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of {@code docker build}, as a build step has them.
 *
 * @param tags names of the result
 * @param buildArgs build arguments; null where the value comes from the environment
 * @param file Dockerfile, or null for {@code Dockerfile} in the context
 * @param target stage, or null
 * @param platform platform, or null
 * @param labels labels
 * @param network network of RUN, {@code default} if none is given
 * @param noCache whether nothing is taken from the cache
 * @param pull whether base images are asked for again
 * @param context address or folder of the context
 */
public record BuildCommand(
    List<String> tags,
    Map<String, @Nullable String> buildArgs,
    @Nullable String file,
    @Nullable String target,
    @Nullable String platform,
    Map<String, String> labels,
    String network,
    boolean noCache,
    boolean pull,
    String context) {
  private static final Map<String, String> SHORT =
      Map.of("-t", "--tag", "-f", "--file", "-q", "--quiet");
  private static final Set<String> WITHOUT_VALUE =
      Set.of(
          "--no-cache",
          "--pull",
          "--quiet",
          "--rm",
          "--force-rm",
          "--squash",
          "--compress",
          "--load");
  private static final Set<String> WITH_VALUE =
      Set.of(
          "--tag",
          "--file",
          "--build-arg",
          "--target",
          "--platform",
          "--label",
          "--network",
          "--progress");

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException that names the flag which is unknown or lacks its value
   */
  public static BuildCommand parse(String text) {
    List<String> tags = new ArrayList<>();
    Map<String, @Nullable String> buildArgs = new LinkedHashMap<>();
    Map<String, String> labels = new LinkedHashMap<>();
    Map<String, String> single = new LinkedHashMap<>();
    List<String> contexts = new ArrayList<>();
    List<String> words = ShellWords.split(text);
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (!word.startsWith("-") || word.equals("-")) {
        contexts.add(word);
        continue;
      }
      int equals = word.startsWith("--") ? word.indexOf('=') : -1;
      String flag = equals < 0 ? word : word.substring(0, equals);
      flag = SHORT.getOrDefault(flag, flag);
      if (WITHOUT_VALUE.contains(flag)) {
        single.put(flag, equals < 0 ? "true" : word.substring(equals + 1));
        continue;
      }
      if (!WITH_VALUE.contains(flag)) {
        throw new IllegalArgumentException(
            "build flag " + flag + " is not supported; there are " + sorted());
      }
      if (equals < 0 && i + 1 >= words.size()) {
        throw new IllegalArgumentException("build flag " + flag + " needs a value");
      }
      String value = equals < 0 ? words.get(++i) : word.substring(equals + 1);
      switch (flag) {
        case "--tag" -> tags.add(value);
        case "--build-arg" -> put(buildArgs, value);
        case "--label" ->
            labels.put(
                name(value), value.contains("=") ? value.substring(value.indexOf('=') + 1) : "");
        default -> single.put(flag, value);
      }
    }
    if (contexts.size() > 1) {
      throw new IllegalArgumentException("a build has one context, not " + contexts);
    }
    return new BuildCommand(
        List.copyOf(tags),
        buildArgs,
        single.get("--file"),
        single.get("--target"),
        single.get("--platform"),
        labels,
        single.getOrDefault("--network", "default"),
        "true".equals(single.get("--no-cache")),
        "true".equals(single.get("--pull")),
        contexts.isEmpty() ? "." : contexts.get(0));
  }

  private static void put(Map<String, @Nullable String> buildArgs, String value) {
    int equals = value.indexOf('=');
    buildArgs.put(name(value), equals < 0 ? null : value.substring(equals + 1));
  }

  private static String name(String value) {
    int equals = value.indexOf('=');
    return equals < 0 ? value : value.substring(0, equals);
  }

  private static List<String> sorted() {
    List<String> all = new ArrayList<>(WITH_VALUE);
    all.addAll(WITHOUT_VALUE);
    all.sort(null);
    return all;
  }
}
