package io.slipway.builder.interpreter;

import io.slipway.builder.layer.LayerEntry;
import io.slipway.builder.layer.LayerSink;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Files that are copied from: the build context, a stage or an image. Paths are normal, without a
 * first slash; links lead nowhere outside.
 */
interface FileSource {
  /** Where a path leads to when all links are followed. */
  String resolve(String path) throws IOException;

  /** What is at a path; no link is followed. */
  Optional<LayerEntry> find(String path) throws IOException;

  /** What is in a folder, by name. */
  List<LayerEntry> children(String folder) throws IOException;

  /** Something that changes when the content of a file does. */
  String contentKey(LayerEntry file) throws IOException;

  /** Reads files, in any order; entries as given. */
  void readAll(Collection<LayerEntry> files, LayerSink sink) throws IOException;
}
