package io.slipway.taskapi.definition;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code importImage} is asked to do.
 *
 * @param resourceId ARM id of the source registry, or null
 * @param registryUri host of the source registry, or null; one of the two is there
 * @param image what to copy
 * @param targets {@code repository:tag} to copy it to
 * @param untaggedTargets repositories to copy it to without a tag
 * @param force whether a tag that exists is moved
 * @param credential how to log in to the source, or null
 */
public record ImportRequest(
    @Nullable String resourceId,
    @Nullable String registryUri,
    ImageName image,
    List<String> targets,
    List<String> untaggedTargets,
    boolean force,
    @Nullable Credential credential) {
  /** User name and password for the source registry. */
  public record Credential(String username, String password) {
    @Override
    public String toString() {
      return "Credential[***]";
    }
  }
}
