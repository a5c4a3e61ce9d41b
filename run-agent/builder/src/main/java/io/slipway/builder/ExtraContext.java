package io.slipway.builder;

import io.slipway.taskfile.image.ImageReference;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a name of a Dockerfile means in place of a stage or an image: {@code --build-context}. */
public sealed interface ExtraContext {
  /** Files of a folder, by its real path, without what its {@code .dockerignore} leaves out. */
  record Folder(Path path) implements ExtraContext {}

  /** An image of the run or of a registry. */
  record Image(ImageReference name) implements ExtraContext {}

  /**
   * An image in a folder that is laid out as OCI says.
   *
   * @param folder its real path
   * @param tag its tag there
   * @param digest digest of its manifest or index, which goes before the tag; or null
   */
  record Layout(Path folder, String tag, @Nullable String digest) implements ExtraContext {}

  /** Name of the image that is read in a registry; empty for what is on the agent. */
  default Optional<String> imageName() {
    return this instanceof Image image ? Optional.of(image.name().familiar()) : Optional.empty();
  }
}
