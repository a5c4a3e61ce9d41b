package io.slipway.taskfile.build;

import com.google.re2j.Pattern;
import io.slipway.taskfile.Refusal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes a build of the flags of {@code docker build}. */
final class BuildCommandReader {
  private static final Pattern PLATFORM = Pattern.compile("[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+){0,2}");
  private static final Pattern NUMBERS = Pattern.compile("\\d+(-\\d+)?(,\\d+(-\\d+)?)*");

  private static final double DEFAULT_PERIOD = 100_000;

  private static final String REWRITE = "rewrite-timestamp";

  private final FlagWords words;

  BuildCommandReader(FlagWords words) {
    this.words = words;
  }

  BuildCommand read() throws Refusal {
    String context = words.context();
    if (context.equals("-") || "-".equals(words.last("--file"))) {
      throw Refusal.user("'-' is standard input, and a step has none; give a file or an address");
    }
    refusedValues();
    return new BuildCommand(
        new BuildCommand.Source(
            context, words.last("--file"), words.last("--target"), namedContexts()),
        tags(),
        buildArgs(),
        platforms(),
        words.pairs("--label", "="),
        words.flag("--pull"),
        new BuildCommand.RunOptions(network(), hosts(), secrets(), limits()),
        cache(),
        result(),
        words.warnings());
  }

  private List<BuildSecret> secrets() throws Refusal {
    List<BuildSecret> found = new ArrayList<>();
    for (String value : words.all("--secret")) {
      found.add(BuildSecret.parse(value));
    }
    return List.copyOf(found);
  }

  private Map<String, @Nullable String> buildArgs() throws Refusal {
    Map<String, @Nullable String> found = new LinkedHashMap<>();
    for (String value : words.all("--build-arg")) {
      int equals = value.indexOf('=');
      if (equals == 0 || value.isEmpty()) {
        throw Refusal.user("--build-arg " + value + " has no name");
      }
      found.put(
          equals < 0 ? value : value.substring(0, equals),
          equals < 0 ? null : value.substring(equals + 1));
    }
    return Collections.unmodifiableMap(found);
  }

  private List<String> platforms() throws Refusal {
    List<String> found = new ArrayList<>();
    for (String value : words.all("--platform")) {
      for (String platform : value.split(",")) {
        if (!PLATFORM.matcher(platform.strip()).matches()) {
          throw Refusal.user(
              "--platform '" + platform + "' is not a valid platform such as linux/amd64");
        }
        if (!found.contains(platform.strip())) {
          found.add(platform.strip());
        }
      }
    }
    return List.copyOf(found);
  }

  /** Docker takes {@code name:address}, BuildKit {@code name=address} too. */
  private Map<String, String> hosts() throws Refusal {
    Map<String, String> found = new LinkedHashMap<>();
    for (String value : words.all("--add-host")) {
      String[] parts = value.split("[=:]", 2);
      if (parts.length < 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
        throw Refusal.user("--add-host " + value + " is not of the form name:address");
      }
      String address = FlagValues.address("--add-host " + value, parts[1]);
      String before = found.put(parts[0], address);
      if (before != null && !before.equals(address)) {
        throw Refusal.user(
            "--add-host " + value + " is refused: " + parts[0] + " has the address " + before);
      }
    }
    return Collections.unmodifiableMap(found);
  }

  private NamedContexts<NamedContext> namedContexts() throws Refusal {
    Map<String, NamedContext> found = new LinkedHashMap<>();
    for (Map.Entry<String, String> pair : words.pairs("--build-context", "=").entrySet()) {
      found.put(pair.getKey(), NamedContext.parse(pair.getKey(), pair.getValue()));
    }
    return NamedContexts.of(found);
  }

  private String network() throws Refusal {
    String network = words.last("--network");
    return switch (network == null ? "" : network) {
      case "", "default", "bridge" -> "default";
      case "none" -> "none";
      case "host" -> "host";
      default ->
          throw Refusal.unsupported(
              "--network "
                  + network
                  + " is refused: a build has the network default, none, or host where the agent"
                  + " allows it; networks of steps are not for builds");
    };
  }

  private BuildLimits limits() throws Refusal {
    String memory = words.last("--memory");
    String shm = words.last("--shm-size");
    return new BuildLimits(
        memory == null ? 0 : FlagValues.bytes("--memory", memory),
        cpus(),
        processors(),
        shm == null ? 0 : FlagValues.bytes("--shm-size", shm),
        words.pairs("--ulimit", "="));
  }

  private @Nullable String processors() throws Refusal {
    String list = words.last("--cpuset-cpus");
    if (list != null && !NUMBERS.matcher(list).matches()) {
      throw Refusal.user("--cpuset-cpus " + list + " is not a list of processors such as 0-2,4");
    }
    return list;
  }

  private double cpus() throws Refusal {
    String cpus = words.last("--cpus");
    if (cpus != null) {
      return FlagValues.number("--cpus", cpus);
    }
    String quota = words.last("--cpu-quota");
    String period = words.last("--cpu-period");
    if (quota == null) {
      return 0;
    }
    double length = period == null ? 0 : FlagValues.number("--cpu-period", period);
    return FlagValues.number("--cpu-quota", quota) / (length > 0 ? length : DEFAULT_PERIOD);
  }

  private BuildCache cache() throws Refusal {
    List<BuildCache.Place> to = places("--cache-to");
    if (to.size() > 1) {
      throw Refusal.user("a build can have only one --cache-to");
    }
    List<String> filter =
        words.all("--no-cache-filter").stream()
            .flatMap(value -> Stream.of(value.split(",")))
            .map(String::strip)
            .filter(stage -> !stage.isEmpty())
            .distinct()
            .toList();
    if (words.flag("--no-cache") && !filter.isEmpty()) {
      throw Refusal.user(
          "--no-cache and --no-cache-filter do not go together: with the first no stage is taken"
              + " from the cache");
    }
    return new BuildCache(
        words.flag("--no-cache"),
        filter,
        places("--cache-from").stream().map(BuildCache.Place::image).toList(),
        to.stream().map(BuildCache.Place::image).toList(),
        !to.isEmpty() && to.get(0).allStages());
  }

  private List<BuildCache.Place> places(String flag) throws Refusal {
    List<BuildCache.Place> places = new ArrayList<>();
    for (String value : words.all(flag)) {
      places.add(BuildCache.Place.parse(flag, value));
    }
    return places;
  }

  private BuildResult result() throws Refusal {
    boolean push = words.flag("--push");
    boolean rewrite = false;
    for (Map<String, String> output : outputs()) {
      rewrite |= FlagWords.isTrue(output.get(REWRITE));
      push |= "registry".equals(output.get("type")) || FlagWords.isTrue(output.get("push"));
    }
    BuildAnnotations annotations = BuildAnnotations.parse(words.all("--annotation"));
    if (!annotations.index().isEmpty() && platforms().size() < 2) {
      throw Refusal.user("--annotation index:… needs several platforms: one platform has no index");
    }
    return new BuildResult(
        push,
        words.flag("--quiet"),
        words.last("--iidfile"),
        words.last("--metadata-file"),
        rewrite,
        annotations);
  }

  /** Names of {@code --tag} and of {@code --output}. */
  private List<String> tags() throws Refusal {
    List<String> tags = new ArrayList<>(words.all("--tag"));
    for (Map<String, String> output : outputs()) {
      Stream.of(output.getOrDefault("name", "").split(","))
          .filter(name -> !name.isEmpty() && !tags.contains(name))
          .forEach(tags::add);
    }
    return List.copyOf(tags);
  }

  private List<Map<String, String>> outputs() throws Refusal {
    List<Map<String, String>> found = new ArrayList<>();
    for (String value : words.all("--output")) {
      if (!value.contains("=")) {
        throw noOutput(value);
      }
      Map<String, String> fields =
          new HashMap<>(
              FlagValues.fields("--output", value, "type", "dest", "name", "push", REWRITE));
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

  private static Refusal noOutput(String value) {
    return Refusal.unsupported(
        "--output "
            + value
            + " is refused: the result is an image (type=image or type=registry); copy files out of"
            + " it with a cmd step");
  }

  /** Flags of which one value is what happens anyway, and the others are not supported. */
  private void refusedValues() throws Refusal {
    String isolation = words.last("--isolation");
    if (isolation != null && !isolation.isEmpty() && !isolation.equals("default")) {
      throw Refusal.unsupported(
          "--isolation " + isolation + " is refused: Linux has 'default' only");
    }
    String trust = words.last("--disable-content-trust");
    if (trust != null && !FlagWords.isTrue(trust)) {
      throw Refusal.unsupported(
          "--disable-content-trust=false is refused: signatures of images are not checked here;"
              + " name the base images by their digests");
    }
  }
}
