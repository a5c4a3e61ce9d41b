package io.slipway.builder;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Images that a Dockerfile is built from, by their names in it with variables replaced.
 *
 * @param runtime image that the wanted stage stands on, through any stages between; null if that is
 *     {@code scratch}
 * @param buildtime the other images that the build reads, each once, in the order of reading: of
 *     stages, of {@code COPY --from}, and of mounts. The front end of {@code # syntax=} is not one
 *     of them
 */
public record BaseImages(@Nullable String runtime, List<String> buildtime) {
  public BaseImages {
    buildtime = List.copyOf(buildtime);
  }
}
