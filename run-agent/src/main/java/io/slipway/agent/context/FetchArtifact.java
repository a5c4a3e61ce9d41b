package io.slipway.agent.context;

import io.slipway.agent.attempt.BuilderRefusals;
import io.slipway.builder.RegistryAccess.ArtifactLayer;
import io.slipway.builder.RegistryCallException;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.image.ImageReference;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Pulls an artifact of a registry as ORAS does: layers with a title become files; those that are
 * marked are archives and are unpacked.
 *
 * @see <a href="https://oras.land/docs/concepts/artifact/">artifacts of ORAS</a>
 */
final class FetchArtifact {
  private static final String TITLE = "org.opencontainers.image.title";
  private static final String UNPACK = "io.deis.oras.content.unpack";

  private final ContextLimits limits;

  FetchArtifact(ContextLimits limits) {
    this.limits = limits;
  }

  /**
   * Pulls an artifact.
   *
   * @param folder exists
   * @param scratch folder for what is sent
   * @throws ContextRefusedException if it has no files, or breaks a rule or limit
   */
  void run(String reference, Path folder, Path scratch, ContextAccess access)
      throws IOException, Refusal, InterruptedException {
    try {
      ImageReference name = ImageReference.parse(reference);
      ContextBudget budget = new ContextBudget(limits, folder);
      boolean found = false;
      for (ArtifactLayer layer : access.registries().layers(name)) {
        String title = layer.annotations().get(TITLE);
        if (title == null) {
          continue;
        }
        found = true;
        if (layer.size() > limits.downloadBytes()) {
          throw new ContextRefusedException(
              "the artifact's file '%s' has over %d bytes (slipway.agent.context-download-limit)"
                  .formatted(ContextRefusedException.shown(title), limits.downloadBytes()));
        }
        budget.look();
        Path file = scratch.resolve("layer");
        access.registries().download(name, layer, file);
        place(layer, title, file, folder, budget);
      }
      if (!found) {
        throw new ContextRefusedException(
            "the artifact has no files: none of its layers has the annotation " + TITLE);
      }
    } catch (RegistryCallException refused) {
      throw BuilderRefusals.of(refused).because("failed to download context");
    } catch (Refusal malformed) {
      throw malformed.because("failed to download context");
    }
  }

  private static void place(
      ArtifactLayer layer, String title, Path file, Path folder, ContextBudget budget)
      throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      if (Boolean.parseBoolean(layer.annotations().get(UNPACK))) {
        UnpackArchive.into(folder, in, budget);
      } else {
        UnpackArchive.file(folder, title, in, budget);
      }
    }
  }
}
