package io.slipway.taskfile.build;

import org.jspecify.annotations.Nullable;

/**
 * What is done with an image once it is built.
 *
 * @param push whether its tags are pushed
 * @param quiet whether only its id is printed
 * @param idFile file below the step's working directory that gets its id, or null
 * @param metadataFile file below the step's working directory that gets what is known of it, as
 *     JSON, or null
 * @param rewriteTimes whether no file that the build makes is younger than its {@code
 *     SOURCE_DATE_EPOCH}
 * @param annotations notes of its manifest
 */
public record BuildResult(
    boolean push,
    boolean quiet,
    @Nullable String idFile,
    @Nullable String metadataFile,
    boolean rewriteTimes,
    BuildAnnotations annotations) {
  /** It stays in the run's images. */
  public static final BuildResult KEPT =
      new BuildResult(false, false, null, null, false, BuildAnnotations.NONE);
}
