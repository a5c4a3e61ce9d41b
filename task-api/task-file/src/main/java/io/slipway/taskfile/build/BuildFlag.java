package io.slipway.taskfile.build;

import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.text.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A flag of {@code docker build}, of the classic builder or of BuildKit.
 *
 * @param name with its dashes
 * @param takesValue whether it has a value; the others are true or false
 * @param handling what becomes of it
 * @param note why it has no effect or is refused; empty if it has its effect
 * @see <a href="https://docs.docker.com/reference/cli/docker/buildx/build/">the flags</a>
 */
record BuildFlag(String name, boolean takesValue, Handling handling, String note) {
  /** What becomes of a flag. */
  enum Handling {
    EFFECT,
    /** It is said that it has none, and the build goes on. */
    NO_EFFECT,
    REFUSED
  }

  private static final Map<String, BuildFlag> ALL = all();
  private static final Map<Character, String> SHORT =
      Map.of(
          't',
          "--tag",
          'f',
          "--file",
          'q',
          "--quiet",
          'm',
          "--memory",
          'c',
          "--cpu-shares",
          'o',
          "--output",
          'D',
          "--debug");

  /**
   * The flag of that name.
   *
   * @throws Refusal if it is unknown or refused; says what would be right
   */
  static BuildFlag named(String name) throws Refusal {
    BuildFlag flag = ALL.get(name);
    if (flag == null) {
      Optional<String> near = Nearest.of(name, List.copyOf(ALL.keySet()));
      throw Refusal.user(
          "there is no build flag "
              + name
              + near.map(known -> "; did you mean " + known + "?")
                  .orElse("; there are " + String.join(", ", effective())));
    }
    if (flag.handling() == Handling.REFUSED) {
      throw Refusal.unsupported("build flag " + name + " is refused: " + flag.note());
    }
    return flag;
  }

  /**
   * The flag that a letter stands for.
   *
   * @throws Refusal if no flag has the letter
   */
  static BuildFlag ofLetter(char letter) throws Refusal {
    String name = SHORT.get(letter);
    if (name == null) {
      throw Refusal.user("there is no build flag -" + letter);
    }
    return named(name);
  }

  private static List<String> effective() {
    List<String> names = new ArrayList<>();
    ALL.values().stream()
        .filter(flag -> flag.handling() == Handling.EFFECT)
        .map(BuildFlag::name)
        .sorted()
        .forEach(names::add);
    return names;
  }

  private static Map<String, BuildFlag> all() {
    Map<String, BuildFlag> all = new LinkedHashMap<>();
    for (String name :
        List.of(
            "--tag",
            "--file",
            "--build-arg",
            "--target",
            "--platform",
            "--label",
            "--network",
            "--add-host",
            "--secret",
            "--memory",
            "--cpus",
            "--cpu-quota",
            "--cpu-period",
            "--cpuset-cpus",
            "--shm-size",
            "--ulimit",
            "--iidfile",
            "--metadata-file",
            "--cache-from",
            "--cache-to",
            "--no-cache-filter",
            "--annotation",
            "--output",
            "--build-context",
            "--isolation")) {
      all.put(name, new BuildFlag(name, true, Handling.EFFECT, ""));
    }
    for (String name : List.of("--no-cache", "--pull", "--quiet", "--push")) {
      all.put(name, new BuildFlag(name, false, Handling.EFFECT, ""));
    }
    noEffect(all, false, "--rm", "containers of a build are always removed");
    noEffect(all, false, "--force-rm", "containers of a build are always removed");
    noEffect(all, false, "--load", "the result is always in the run's images");
    noEffect(all, false, "--compress", "a context is not sent anywhere");
    noEffect(all, false, "--stream", "a context is not sent anywhere");
    noEffect(all, false, "--disable-content-trust", "signatures of images are not checked anyway");
    noEffect(all, false, "--squash", "layers stay as they are; build in stages instead");
    noEffect(all, false, "--debug", "the log is the same");
    noEffect(all, true, "--progress", "progress is always plain");
    noEffect(all, true, "--sbom", "builds make no attestations");
    noEffect(all, true, "--provenance", "builds make no attestations");
    noEffect(all, true, "--attest", "builds make no attestations");
    noEffect(all, true, "--cpu-shares", "use --cpus");
    noEffect(all, true, "--cpuset-mems", "memory is not bound to nodes");
    noEffect(all, true, "--memory-swap", "swap follows --memory");
    noEffect(all, true, "--builder", "there is one builder, the agent's engine");
    refused(all, true, "--cgroup-parent", "groups of the machine are the agent's own");
    refused(all, true, "--security-opt", "RUN has the sandbox of the agent's engine");
    refused(all, true, "--allow", "RUN has the sandbox of the agent's engine");
    refused(
        all,
        true,
        "--ssh",
        "an agent's keys are not lent to builds; give the key by --secret id=…,src=…");
    refused(all, true, "--call", "a build step builds; use a cmd step with an image of the tool");
    refused(all, false, "--check", "a build step builds; use a cmd step with an image of the tool");
    refused(all, true, "--print", "a build step builds; use a cmd step with an image of the tool");
    refused(all, true, "--policy", "policies are the registry's");
    return Map.copyOf(all);
  }

  private static void noEffect(
      Map<String, BuildFlag> all, boolean takesValue, String name, String note) {
    all.put(name, new BuildFlag(name, takesValue, Handling.NO_EFFECT, note));
  }

  private static void refused(
      Map<String, BuildFlag> all, boolean takesValue, String name, String note) {
    all.put(name, new BuildFlag(name, takesValue, Handling.REFUSED, note));
  }
}
