package io.slipway.engine.builtin.build;

import io.slipway.images.store.ImageTree;
import io.slipway.images.store.StoredLayer;
import java.util.List;

/** A stage or image that files are taken from. */
record SourceImage(ImageTree tree, List<StoredLayer> layers) {}
