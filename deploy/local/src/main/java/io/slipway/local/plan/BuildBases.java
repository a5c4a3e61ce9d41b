package io.slipway.local.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an image is built from, as far as the Dockerfile can be reached.
 *
 * @param dockerfile the Dockerfile as it was looked for
 * @param runtime image that the result stands on, or null for none
 * @param buildtime other images that the build reads
 * @param unknown why nothing is known, or null
 */
public record BuildBases(
    String dockerfile, @Nullable String runtime, List<String> buildtime, @Nullable String unknown) {

  static BuildBases unknown(String dockerfile, String why) {
    return new BuildBases(dockerfile, null, List.of(), why);
  }

  /** As a document, to be written as JSON. */
  Map<String, Object> document() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("dockerfile", dockerfile);
    if (unknown != null) {
      document.put("unknown", unknown);
    } else {
      if (runtime != null) {
        document.put("runtime", runtime);
      }
      document.put("buildtime", buildtime);
    }
    return document;
  }
}
