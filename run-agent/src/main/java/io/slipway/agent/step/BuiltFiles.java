package io.slipway.agent.step;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.builder.BuiltImage;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.build.BuildResult;
import io.slipway.taskfile.image.ImageReference;
import io.slipway.taskfile.plan.PlannedStep;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The files of {@code --iidfile} and {@code --metadata-file}, for later steps. */
final class BuiltFiles {
  private static final ObjectMapper JSON = new ObjectMapper();

  private BuiltFiles() {}

  static void write(
      StepTools tools,
      PlannedStep step,
      BuildResult result,
      List<ImageReference> tags,
      BuiltImage image)
      throws Refusal {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("containerimage.config.digest", image.imageId());
    metadata.put(
        "image.name", tags.stream().map(ImageReference::familiar).collect(Collectors.joining(",")));
    // The registry's digest, which an image has only when it was pushed.
    if (result.push() && !tags.isEmpty()) {
      tools
          .engine()
          .digest(tags.getFirst())
          .ifPresent(digest -> metadata.put("containerimage.digest", digest));
    }
    write(tools, step, result.idFile(), image.imageId());
    write(tools, step, result.metadataFile(), pretty(metadata));
  }

  private static String pretty(Map<String, String> metadata) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(metadata);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static void write(
      StepTools tools, PlannedStep step, @Nullable String path, String content) throws Refusal {
    if (path == null) {
      return;
    }
    WorkspaceFile.write(
        tools.attempt().workspace().made(),
        ContainerPath.inWorkspace(step.container().workingDirectory(), path),
        "the file '" + path + "'",
        content);
  }
}
