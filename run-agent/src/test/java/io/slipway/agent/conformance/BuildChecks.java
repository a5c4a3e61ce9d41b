package io.slipway.agent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.build.BuildCache;
import io.slipway.taskfile.build.BuildCommand;
import io.slipway.taskfile.build.CommandWords;
import io.slipway.taskfile.expand.ExpandTaskFile;
import io.slipway.taskfile.expand.ExpansionInput;
import io.slipway.taskfile.image.ImageReference;
import io.slipway.taskfile.plan.CacheSetting;
import io.slipway.taskfile.plan.PlanInput;
import io.slipway.taskfile.plan.StepAction;
import io.slipway.taskfile.quickbuild.QuickBuild;
import io.slipway.taskfile.quickbuild.RegistryPrefix;
import io.slipway.taskfile.read.PlanTaskFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Kinds of the group build-cmd. */
final class BuildChecks implements CheckerGroup {
  private static final String QUOTES = "quotes in `build`";

  @Override
  public Map<String, Checker> checkers() {
    return Map.ofEntries(
        Map.entry("build-cmd", BuildChecks::command),
        Map.entry("build-cmd-cache", BuildChecks::cache),
        Map.entry("build-cmd-replace-context", BuildChecks::replaceContext),
        Map.entry("cmd-image", BuildChecks::cmdImage),
        Map.entry("image-normalize", BuildChecks::normalize),
        Map.entry("image-prefix", BuildChecks::prefix),
        Map.entry("quick-build-task", BuildChecks::quickBuild),
        Map.entry("tag-prefix", BuildChecks::tagPrefix),
        Map.entry("trim-quotes", BuildChecks::trimQuotes),
        Map.entry("scan-args", c -> fail("there is no container that scans")));
  }

  @Override
  public Map<String, String> differences() {
    return Map.of(
        "build-cmd-012", "unknown flags of `build`",
        "build-cmd-replace-context-007", "an empty `build`",
        "image-normalize-003", "names of images",
        "quick-build-task-001", "flags of a quick build",
        "trim-quotes-001", QUOTES,
        "trim-quotes-002", QUOTES,
        "trim-quotes-003", QUOTES,
        "scan-args-001", "scan for dependencies");
  }

  private static void command(ConformanceCase c) throws Refusal {
    BuildCommand command = BuildCommand.parse(c.text("build"));
    JsonNode expected = c.expected();
    assertThat(command.tags()).isEqualTo(texts(expected.get("tags")));
    List<String> arguments = new ArrayList<>();
    command
        .buildArgs()
        .forEach((name, value) -> arguments.add(value == null ? name : name + "=" + value));
    assertThat(arguments).isEqualTo(texts(expected.get("buildArgs")));
    assertThat(text(command.file())).isEqualTo(expected.get("dockerfile").asText());
    assertThat(text(command.target())).isEqualTo(expected.get("target").asText());
    assertThat(command.context()).isEqualTo(expected.get("context").asText());
  }

  private static void cache(ConformanceCase c) throws Refusal {
    if (c.mustFail()) {
      assertThatThrownBy(() -> cached(c)).isInstanceOf(Refusal.class);
      return;
    }
    ImageReference image = cached(c).cache().to().get(0);
    assertThat(image.tag()).isEqualTo(c.expected().get("cacheTag").asText());
    // The original's flags, read by our own reader, ask for the same build.
    BuildCommand expected = BuildCommand.parse(c.expected().get("build").asText());
    assertThat(cached(c).cache()).isEqualTo(expected.cache());
    assertThat(cached(c).tags()).isEqualTo(expected.tags());
    assertThat(cached(c).context()).isEqualTo(expected.context());
  }

  private static BuildCommand cached(ConformanceCase c) throws Refusal {
    if (!isCached(c)) {
      throw Refusal.user("the step has no cache");
    }
    ImageReference image =
        BuildCache.imageFor(
                texts(c.input().get("tags")),
                c.text("registry"),
                c.text("taskName"),
                c.text("stepId"))
            .orElseThrow();
    return BuildCommand.parse(c.text("build")).withCache(image);
  }

  private static boolean isCached(ConformanceCase c) {
    String task = "steps:\n- build: .\n  cache: " + c.text("cache") + "\n";
    PlanTaskFile.Result result =
        PlanTaskFile.plan(task, PlanInput.of(ExpansionInput.of(Map.of(), Map.of())));
    StepAction action = ((PlanTaskFile.Result.Planned) result).plan().steps().get(0).action();
    return ((StepAction.Build) action).cache() == CacheSetting.ENABLED;
  }

  private static void replaceContext(ConformanceCase c) throws Refusal {
    assertThat(BuildCommand.parse(c.text("build")).withContext(c.text("replacement")))
        .isEqualTo(BuildCommand.parse(c.expected().get("build").asText()));
  }

  private static void cmdImage(ConformanceCase c) throws Refusal {
    List<String> words = words(c.text("cmd"));
    assertThat(words.isEmpty() ? "" : words.get(0)).isEqualTo(c.expected().get("image").asText());
  }

  private static void normalize(ConformanceCase c) {
    String task = "steps:\n- push: ['" + c.text("image") + "']\n";
    PlanTaskFile.Result result =
        PlanTaskFile.plan(task, PlanInput.of(ExpansionInput.of(Map.of(), Map.of())));
    assertThat(result).isInstanceOf(PlanTaskFile.Result.Planned.class);
    StepAction action = ((PlanTaskFile.Result.Planned) result).plan().steps().get(0).action();
    assertThat(((StepAction.Push) action).images().get(0).familiar())
        .isEqualTo(c.expected().get("image").asText());
  }

  private static void prefix(ConformanceCase c) {
    assertThat(
            RegistryPrefix.of(
                c.text("image"), c.text("registry"), texts(c.input().get("knownRegistries"))))
        .isEqualTo(c.expected().get("image").asText());
  }

  private static void tagPrefix(ConformanceCase c) throws Refusal {
    List<String> words = new ArrayList<>(words(c.text("build")));
    for (int i = 1; i < words.size(); i++) {
      if (words.get(i - 1).equals("-t") || words.get(i - 1).equals("--tag")) {
        words.set(
            i,
            RegistryPrefix.of(
                words.get(i), c.text("registry"), texts(c.input().get("knownRegistries"))));
      }
    }
    assertThat(String.join(" ", words)).isEqualTo(c.expected().get("build").asText());
    assertThat(BuildCommand.of(words.subList(1, words.size())).tags())
        .isEqualTo(texts(c.expected().get("tags")));
  }

  private static void quickBuild(ConformanceCase c) throws Exception {
    List<String> images = new ArrayList<>();
    for (String tag : texts(c.input().get("tags"))) {
      String rendered =
          ExpandTaskFile.expand(
                  tag, ExpansionInput.of(Map.of("Registry", c.text("registry")), Map.of()))
              .text()
              .strip();
      images.add(RegistryPrefix.of(rendered, c.text("registry"), List.of(c.text("registry"))));
    }
    assertThat(images).isEqualTo(texts(c.expected().get("tags")));
    Map<String, String> arguments = new LinkedHashMap<>();
    texts(c.input().get("buildArgs")).forEach(name -> arguments.put(name, ""));
    texts(c.input().get("secretBuildArgs")).forEach(name -> arguments.put(name, ""));
    var plan =
        new QuickBuild(
                images,
                c.input().get("push").asBoolean(),
                c.input().get("noCache").asBoolean(),
                c.text("dockerfile"),
                c.text("target"),
                arguments,
                c.text("platform"),
                c.text("context"))
            .plan();
    assertThat(plan.steps()).hasSize(c.expected().get("steps").asInt());
    StepAction action = plan.steps().get(0).action();
    assertThat(((StepAction.Build) action).command())
        .isEqualTo(BuildCommand.parse(c.expected().get("build").asText()));
  }

  private static void trimQuotes(ConformanceCase c) throws Refusal {
    assertThat(words(c.text("text"))).containsExactly(c.expected().get("text").asText());
  }

  private static List<String> words(String text) throws Refusal {
    return CommandWords.split(text, Map.of()).words();
  }

  private static String text(String value) {
    return value == null ? "" : value;
  }

  static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(item -> texts.add(item.asText()));
    return texts;
  }
}
