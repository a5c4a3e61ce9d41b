package io.slipway.contract.agent;

import io.slipway.contract.ImageDependency;
import io.slipway.contract.ImageRef;
import java.util.List;

/**
 * An image that a run has pushed, of which task-api is to say where it comes from.
 *
 * @param image the image; its digest is known
 * @param builtFrom what the run's builds of it stand on; empty if the run did not build it
 */
public record AttestRequest(ImageRef image, List<ImageDependency> builtFrom) {
  /** A list that is missing is empty. */
  public AttestRequest {
    builtFrom = builtFrom == null ? List.of() : List.copyOf(builtFrom);
  }
}
