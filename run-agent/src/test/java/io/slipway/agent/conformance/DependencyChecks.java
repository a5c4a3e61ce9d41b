package io.slipway.agent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.builder.BaseImages;
import io.slipway.builder.Builder;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.build.BuildCommand;
import io.slipway.taskfile.build.NamedContexts;
import io.slipway.taskfile.image.ImageReference;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;

/** Kinds of the group dockerfile-deps. */
final class DependencyChecks implements CheckerGroup {
  @Override
  public Map<String, Checker> checkers() {
    return Map.of(
        "deps-document", DependencyChecks::document,
        "deps-log-parse", c -> fail("nothing is read back out of a log"),
        "digest-select", DependencyChecks::digest,
        "dockerfile-deps", DependencyChecks::bases,
        "dockerfile-path", DependencyChecks::path,
        "image-ref", DependencyChecks::image);
  }

  @Override
  public Map<String, String> differences() {
    return Map.of(
        "deps-log-parse-001", "scan for dependencies",
        "dockerfile-deps-001", "`ARG` within a stage",
        "dockerfile-deps-003", "dependencies of stages that the target does not need");
  }

  private static BaseImages read(ConformanceCase c) throws Exception {
    Map<String, String> arguments = new HashMap<>();
    for (String argument : BuildChecks.texts(c.input().path("buildArgs"))) {
      arguments.put(
          argument.substring(0, argument.indexOf('=')),
          argument.substring(argument.indexOf('=') + 1));
    }
    String text = (c.input().path("bom").asBoolean() ? "\uFEFF" : "") + c.text("dockerfile");
    String target = c.text("target");
    return Builder.load()
        .baseImages(
            text, arguments, target.isEmpty() ? null : target, "linux/amd64", NamedContexts.none());
  }

  private static void bases(ConformanceCase c) throws Exception {
    BaseImages bases = read(c);
    assertThat(bases.runtime() == null ? "scratch" : bases.runtime())
        .isEqualTo(c.expected().get("runtime").asText());
    assertThat(bases.buildtime())
        .containsExactlyInAnyOrderElementsOf(BuildChecks.texts(c.expected().get("buildtime")));
  }

  private static void document(ConformanceCase c) throws Exception {
    List<ImageDependencies> found =
        ImageDependencies.of(BuildChecks.texts(c.input().get("tags")), read(c), c.text("gitHead"));
    JsonNode expected = c.expected().get("document");
    assertThat(found).hasSize(expected.size());
    for (int i = 0; i < found.size(); i++) {
      ImageDependencies one = found.get(i);
      same(one.image(), expected.get(i).get("image"));
      same(one.runtime(), expected.get(i).get("runtime-dependency"));
      assertThat(one.buildtime()).hasSize(expected.get(i).get("buildtime-dependency").size());
      assertThat(one.gitHeadRevision())
          .isEqualTo(expected.get(i).at("/git/git-head-revision").asText());
    }
  }

  private static void digest(ConformanceCase c) {
    String reference = c.text("reference");
    String name = reference.isEmpty() ? c.text("registry") + "/" + c.text("repository") : reference;
    assertThat(
            ImageReference.of(name)
                .digestAmong(BuildChecks.texts(c.input().get("repoDigests")))
                .orElse(""))
        .isEqualTo(c.expected().get("digest").asText());
  }

  private static void path(ConformanceCase c) throws Refusal {
    String file = c.text("dockerfile");
    BuildCommand command =
        BuildCommand.of(
            file.isEmpty() ? List.of(c.text("context")) : List.of("-f", file, c.text("context")));
    Assertions.assertThat(Path.of(command.dockerfile(c.text("workingDirectory"))).normalize())
        .isEqualTo(Path.of(c.expected().get("path").asText()));
  }

  private static void image(ConformanceCase c) {
    same(ListedImage.of(c.text("image")), c.expected());
  }

  private static void same(ListedImage image, JsonNode expected) {
    assertThat(image.registry()).isEqualTo(expected.get("registry").asText());
    assertThat(image.repository()).isEqualTo(expected.get("repository").asText());
    assertThat(image.tag()).isEqualTo(expected.get("tag").asText());
    assertThat(image.digest()).isEqualTo(expected.get("digest").asText());
    assertThat(image.reference()).isEqualTo(expected.get("reference").asText());
  }
}
