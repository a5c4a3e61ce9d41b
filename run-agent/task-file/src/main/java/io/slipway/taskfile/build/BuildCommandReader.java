package io.slipway.taskfile.build;

import io.slipway.taskfile.build.BuildFlag.Handling;
import io.slipway.taskfile.dockerfile.NamedContexts;
import io.slipway.taskfile.image.ImageReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the words of {@code docker build}. */
final class BuildCommandReader {
  private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");
  private static final Set<String> FALSE = Set.of("0", "f", "F", "FALSE", "false", "False");
  private static final double DEFAULT_PERIOD = 100_000;

  /** All values of each flag, in order. */
  private final Map<String, List<String>> values = new LinkedHashMap<>();

  private final List<String> contexts = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  BuildCommand read(List<String> words) {
    take(words);
    if (contexts.size() > 1) {
      throw new IllegalArgumentException(
          "a build has one context, not " + String.join(" and ", contexts));
    }
    String context = contexts.isEmpty() ? "." : contexts.get(0);
    if (context.equals("-") || "-".equals(last("--file"))) {
      throw new IllegalArgumentException(
          "'-' is standard input, and a step has none; give a file or an address");
    }
    refusedValues();
    return new BuildCommand(
        tags(),
        buildArgs(),
        last("--file"),
        last("--target"),
        platforms(),
        pairs("--label", "="),
        network(),
        flag("--pull"),
        hosts(),
        all("--secret").stream().map(BuildSecret::parse).toList(),
        limits(),
        cache(),
        result(),
        namedContexts(),
        context,
        List.copyOf(warnings));
  }

  private void take(List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals("--")) {
        contexts.addAll(words.subList(i + 1, words.size()));
        return;
      }
      if (!word.startsWith("-") || word.equals("-")) {
        contexts.add(word);
      } else if (word.startsWith("--")) {
        i = longFlag(words, i);
      } else {
        i = letters(words, i);
      }
    }
  }

  private int longFlag(List<String> words, int at) {
    String word = words.get(at);
    int equals = word.indexOf('=');
    BuildFlag flag = BuildFlag.named(equals < 0 ? word : word.substring(0, equals));
    if (equals >= 0) {
      add(flag, word.substring(equals + 1));
      return at;
    }
    return flag.takesValue() ? next(flag, words, at) : alone(flag, at);
  }

  /** Letters stand together, as in {@code -qt name}; the rest after one with a value is it. */
  private int letters(List<String> words, int at) {
    String word = words.get(at);
    for (int i = 1; i < word.length(); i++) {
      BuildFlag flag = BuildFlag.ofLetter(word.charAt(i));
      String rest = word.substring(i + 1);
      if (rest.startsWith("=")) {
        add(flag, rest.substring(1));
        return at;
      }
      if (flag.takesValue()) {
        if (rest.isEmpty()) {
          return next(flag, words, at);
        }
        add(flag, rest);
        return at;
      }
      add(flag, "true");
    }
    return at;
  }

  private int next(BuildFlag flag, List<String> words, int at) {
    if (at + 1 >= words.size()) {
      throw new IllegalArgumentException("build flag " + flag.name() + " needs a value");
    }
    add(flag, words.get(at + 1));
    return at + 1;
  }

  private int alone(BuildFlag flag, int at) {
    add(flag, "true");
    return at;
  }

  private void add(BuildFlag flag, String value) {
    if (!flag.takesValue() && !TRUE.contains(value) && !FALSE.contains(value)) {
      throw new IllegalArgumentException(
          "build flag " + flag.name() + " is true or false, not '" + value + "'");
    }
    if (flag.handling() == Handling.NO_EFFECT) {
      warnings.add("build flag " + flag.name() + " has no effect: " + flag.note());
    }
    values.computeIfAbsent(flag.name(), name -> new ArrayList<>()).add(value);
  }

  private List<String> all(String flag) {
    return List.copyOf(values.getOrDefault(flag, List.of()));
  }

  private @Nullable String last(String flag) {
    List<String> given = values.get(flag);
    return given == null ? null : given.get(given.size() - 1);
  }

  private boolean flag(String name) {
    String value = last(name);
    return value != null && TRUE.contains(value);
  }

  private Map<String, @Nullable String> buildArgs() {
    Map<String, @Nullable String> found = new LinkedHashMap<>();
    for (String value : all("--build-arg")) {
      int equals = value.indexOf('=');
      if (equals == 0 || value.isEmpty()) {
        throw new IllegalArgumentException("--build-arg " + value + " has no name");
      }
      found.put(
          equals < 0 ? value : value.substring(0, equals),
          equals < 0 ? null : value.substring(equals + 1));
    }
    return Collections.unmodifiableMap(found);
  }

  private List<String> platforms() {
    List<String> found = new ArrayList<>();
    for (String value : all("--platform")) {
      for (String platform : value.split(",")) {
        if (!platform.strip().matches("[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+){0,2}")) {
          throw new IllegalArgumentException(
              "--platform '" + platform + "' is no platform such as linux/amd64");
        }
        if (!found.contains(platform.strip())) {
          found.add(platform.strip());
        }
      }
    }
    return List.copyOf(found);
  }

  private Map<String, String> pairs(String flag, String separator) {
    Map<String, String> found = new LinkedHashMap<>();
    for (String value : all(flag)) {
      int at = value.indexOf(separator);
      if (at == 0 || value.isEmpty()) {
        throw new IllegalArgumentException(flag + " " + value + " has no name");
      }
      if (at < 0 && !flag.equals("--label")) {
        throw new IllegalArgumentException(flag + " " + value + " needs name" + separator + "…");
      }
      found.put(at < 0 ? value : value.substring(0, at), at < 0 ? "" : value.substring(at + 1));
    }
    return Collections.unmodifiableMap(found);
  }

  /** Docker takes {@code name:address}, BuildKit {@code name=address} too. */
  private Map<String, String> hosts() {
    Map<String, String> found = new LinkedHashMap<>();
    for (String value : all("--add-host")) {
      String[] parts = value.split("[=:]", 2);
      if (parts.length < 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
        throw new IllegalArgumentException("--add-host " + value + " is no name:address");
      }
      String address = HostAddress.parse("--add-host " + value, parts[1]);
      String before = found.put(parts[0], address);
      if (before != null && !before.equals(address)) {
        throw new IllegalArgumentException(
            "--add-host " + value + " is refused: " + parts[0] + " has the address " + before);
      }
    }
    return Collections.unmodifiableMap(found);
  }

  private NamedContexts<NamedContext> namedContexts() {
    Map<String, NamedContext> found = new LinkedHashMap<>();
    pairs("--build-context", "=")
        .forEach((name, value) -> found.put(name, NamedContext.parse(name, value)));
    return new NamedContexts<>(found);
  }

  private String network() {
    String network = last("--network");
    return switch (network == null ? "" : network) {
      case "", "default", "bridge" -> "default";
      case "none" -> "none";
      case "host" -> "host";
      default ->
          throw new IllegalArgumentException(
              "--network "
                  + network
                  + " is refused: a build has the network default, none, or host where the agent"
                  + " allows it; networks of steps are not for builds");
    };
  }

  private BuildLimits limits() {
    String memory = last("--memory");
    String shm = last("--shm-size");
    return new BuildLimits(
        memory == null ? 0 : Quantity.bytes("--memory", memory),
        cpus(),
        processors(),
        shm == null ? 0 : Quantity.bytes("--shm-size", shm),
        pairs("--ulimit", "="));
  }

  private @Nullable String processors() {
    String list = last("--cpuset-cpus");
    if (list != null && !list.matches("\\d+(-\\d+)?(,\\d+(-\\d+)?)*")) {
      throw new IllegalArgumentException(
          "--cpuset-cpus " + list + " is no list of processors such as 0-2,4");
    }
    return list;
  }

  private double cpus() {
    String cpus = last("--cpus");
    if (cpus != null) {
      return Quantity.number("--cpus", cpus);
    }
    String quota = last("--cpu-quota");
    String period = last("--cpu-period");
    if (quota == null) {
      return 0;
    }
    double length = period == null ? 0 : Quantity.number("--cpu-period", period);
    return Quantity.number("--cpu-quota", quota) / (length > 0 ? length : DEFAULT_PERIOD);
  }

  private BuildCache cache() {
    List<ImageReference> from =
        all("--cache-from").stream()
            .map(value -> BuildCache.Place.parse("--cache-from", value).image())
            .toList();
    List<BuildCache.Place> to =
        all("--cache-to").stream()
            .map(value -> BuildCache.Place.parse("--cache-to", value))
            .toList();
    if (to.size() > 1) {
      throw new IllegalArgumentException("a build is kept by one --cache-to");
    }
    List<String> filter =
        all("--no-cache-filter").stream()
            .flatMap(value -> Stream.of(value.split(",")))
            .map(String::strip)
            .filter(stage -> !stage.isEmpty())
            .distinct()
            .toList();
    if (flag("--no-cache") && !filter.isEmpty()) {
      throw new IllegalArgumentException(
          "--no-cache and --no-cache-filter do not go together: with the first no stage is taken"
              + " from the cache");
    }
    return new BuildCache(
        flag("--no-cache"),
        filter,
        from,
        to.stream().map(BuildCache.Place::image).toList(),
        !to.isEmpty() && to.get(0).allStages());
  }

  private BuildResult result() {
    boolean push = flag("--push");
    for (Map<String, String> output : outputs()) {
      push |= "registry".equals(output.get("type")) || TRUE.contains(output.get("push"));
    }
    BuildAnnotations annotations = BuildAnnotations.parse(all("--annotation"));
    if (!annotations.index().isEmpty() && platforms().size() < 2) {
      throw new IllegalArgumentException(
          "--annotation index:… needs several platforms: one platform has no index");
    }
    return new BuildResult(
        push, flag("--quiet"), last("--iidfile"), last("--metadata-file"), annotations);
  }

  /** Those of {@code --tag}, and the names of {@code --output}. */
  private List<String> tags() {
    List<String> tags = new ArrayList<>(all("--tag"));
    for (Map<String, String> output : outputs()) {
      Stream.of(output.getOrDefault("name", "").split(","))
          .filter(name -> !name.isEmpty() && !tags.contains(name))
          .forEach(tags::add);
    }
    return List.copyOf(tags);
  }

  private List<Map<String, String>> outputs() {
    List<Map<String, String>> found = new ArrayList<>();
    for (String value : all("--output")) {
      if (!value.contains("=")) {
        throw noOutput(value);
      }
      Map<String, String> fields =
          new HashMap<>(CommaFields.parse("--output", value, "type", "dest", "name", "push"));
      if (fields.containsKey("dest")
          || !List.of("registry", "image", "docker")
              .contains(fields.computeIfAbsent("type", absent -> "local"))) {
        throw noOutput(value);
      }
      fields.putIfAbsent("push", "false");
      found.add(fields);
    }
    return found;
  }

  private static IllegalArgumentException noOutput(String value) {
    return new IllegalArgumentException(
        "--output "
            + value
            + " is refused: the result is an image (type=image or type=registry); copy files out of"
            + " it with a cmd step");
  }

  /** Flags of which one value is what happens anyway, and the others cannot be had. */
  private void refusedValues() {
    String isolation = last("--isolation");
    if (isolation != null && !isolation.isEmpty() && !isolation.equals("default")) {
      throw new IllegalArgumentException(
          "--isolation " + isolation + " is refused: Linux has 'default' only");
    }
    String trust = last("--disable-content-trust");
    if (trust != null && !TRUE.contains(trust)) {
      throw new IllegalArgumentException(
          "--disable-content-trust=false is refused: signatures of images are not checked here;"
              + " name the base images by their digests");
    }
  }
}
