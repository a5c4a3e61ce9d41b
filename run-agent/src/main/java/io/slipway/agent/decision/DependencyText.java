package io.slipway.agent.decision;

import io.slipway.contract.ImageDependency;
import io.slipway.contract.ImageRef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The dependencies of an image as the log shows them. */
public final class DependencyText {
  private DependencyText() {}

  /** The lines of one image, in the form of the original. */
  public static List<String> lines(ImageDependency dependency) {
    List<String> lines = new ArrayList<>();
    image(lines, "- image:", dependency.image());
    image(lines, "  runtime-dependency:", dependency.runtime());
    if (!dependency.buildtime().isEmpty()) {
      lines.add("  buildtime-dependency:");
      dependency.buildtime().forEach(base -> fields(lines, "  - ", base));
    }
    String revision = dependency.gitHeadRevision();
    lines.add(revision == null ? "  git: {}" : "  git:");
    if (revision != null) {
      lines.add("    git-head-revision: " + revision);
    }
    return lines;
  }

  private static void image(List<String> lines, String title, @Nullable ImageRef image) {
    if (image != null) {
      lines.add(title);
      fields(lines, "    ", image);
    }
  }

  private static void fields(List<String> lines, String first, ImageRef image) {
    lines.add(first + "registry: " + image.registry());
    lines.add("    repository: " + image.repository());
    if (image.tag() != null) {
      lines.add("    tag: " + image.tag());
    }
    if (image.digest() != null) {
      lines.add("    digest: " + image.digest());
    }
  }
}
