package io.slipway.taskapi.run;

import io.slipway.contract.ImageDependency;
import io.slipway.contract.ImageRef;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Images as an agent reported them, before they are stored: what is not whole is left out, text is
 * cut to size, and there are not more than {@value #MOST}. A run that was executed is not refused
 * for what it says of its images.
 */
public final class ReportedImages {
  private static final int MOST = 500;
  private static final int LONGEST = 512;

  private ReportedImages() {}

  /** Images that a run pushed. */
  public static List<ImageRef> pushed(List<@Nullable ImageRef> given) {
    return given.stream()
        .filter(Objects::nonNull)
        .filter(image -> isThere(image.registry()) && isThere(image.repository()))
        .limit(MOST)
        .map(image ->
            new ImageRef(
                text(image.registry()),
                text(image.repository()),
                textOrNull(image.tag()),
                textOrNull(image.digest())))
        .toList();
  }

  /** What images were built from. */
  public static List<ImageDependency> dependencies(List<@Nullable ImageDependency> given) {
    return given.stream()
        .filter(Objects::nonNull)
        .limit(MOST)
        .map(dependency ->
            new ImageDependency(
                one(dependency.image()),
                one(dependency.runtime()),
                dependency.buildtime() == null ? List.of() : pushed(dependency.buildtime()),
                textOrNull(dependency.gitHeadRevision())))
        .toList();
  }

  private static @Nullable ImageRef one(@Nullable ImageRef image) {
    return image == null ? null : pushed(List.of(image)).stream().findFirst().orElse(null);
  }

  private static boolean isThere(@Nullable String part) {
    return part != null && !text(part).isBlank();
  }

  private static @Nullable String textOrNull(@Nullable String given) {
    return given == null ? null : text(given);
  }

  /** Names hold no control characters; PostgreSQL cannot even store NUL. */
  private static String text(String given) {
    String cut = given.length() <= LONGEST ? given : given.substring(0, LONGEST);
    return cut.chars().anyMatch(Character::isISOControl) ? cut.replaceAll("\\p{Cntrl}", "") : cut;
  }
}
