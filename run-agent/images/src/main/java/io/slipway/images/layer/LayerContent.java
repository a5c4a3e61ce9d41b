package io.slipway.images.layer;

import java.io.IOException;
import java.io.InputStream;

/** Opens the content of a file; the caller closes it. */
@FunctionalInterface
public interface LayerContent {
  /** Opens it at its beginning. */
  InputStream open() throws IOException;
}
