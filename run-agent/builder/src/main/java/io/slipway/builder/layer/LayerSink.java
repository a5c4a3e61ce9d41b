package io.slipway.builder.layer;

import java.io.IOException;
import java.io.InputStream;

/** Takes the entries of a layer in their order. */
@FunctionalInterface
public interface LayerSink {
  /**
   * One entry.
   *
   * @param content bytes of a file, to be read during the call; empty for all else
   */
  void accept(LayerEntry entry, InputStream content) throws IOException;
}
