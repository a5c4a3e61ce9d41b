package io.slipway.contract.agent;

import java.util.Map;

/**
 * Signed provenance of an image, to be attached to it.
 *
 * @param mediaType its media type
 * @param text the document
 * @param annotations of its artifact
 */
public record AttestAnswer(String mediaType, String text, Map<String, String> annotations) {
  /** A map that is missing is empty. */
  public AttestAnswer {
    annotations = annotations == null ? Map.of() : Map.copyOf(annotations);
  }
}
