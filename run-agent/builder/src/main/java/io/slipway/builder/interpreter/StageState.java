package io.slipway.builder.interpreter;

import io.slipway.builder.config.ImageConfig;
import io.slipway.builder.config.ImageConfig.HistoryEntry;
import io.slipway.builder.config.ImageConfigEditor;
import io.slipway.builder.store.ImageSpace;
import io.slipway.builder.store.ImageTree;
import io.slipway.builder.store.StoredImage.StoredLayer;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A stage as far as it is built: configuration, layers, arguments. For one thread. */
final class StageState {
  private final ImageSpace space;
  private final List<StoredLayer> layers;
  private final Map<String, String> arguments = new LinkedHashMap<>();
  private ImageConfig config;
  private final int inherited;
  private @Nullable ImageTree tree;
  private boolean commandSet;

  StageState(ImageSpace space, ImageConfig config, List<StoredLayer> layers) {
    this(space, config, layers, config.history().size());
  }

  private StageState(
      ImageSpace space, ImageConfig config, List<StoredLayer> layers, int inherited) {
    this.space = space;
    this.config = config;
    this.layers = new ArrayList<>(layers);
    this.inherited = inherited;
  }

  /** A stage that stands on this one, with its arguments. */
  StageState next() {
    StageState next = new StageState(space, config, layers, inherited);
    next.arguments.putAll(arguments);
    return next;
  }

  /** How many lines of history come from the base image. */
  int inherited() {
    return inherited;
  }

  ImageConfig config() {
    return config;
  }

  List<StoredLayer> layers() {
    return List.copyOf(layers);
  }

  /** Values of the arguments that {@code ARG} has named so far. */
  Map<String, String> arguments() {
    return arguments;
  }

  /** Whether the stage has a command of its own. */
  boolean commandSet() {
    return commandSet;
  }

  void commandSet(boolean set) {
    commandSet = set;
  }

  Map<String, String> env() {
    Map<String, String> env = new LinkedHashMap<>();
    for (String line : config.env()) {
      int equals = line.indexOf('=');
      env.put(
          equals < 0 ? line : line.substring(0, equals),
          equals < 0 ? "" : line.substring(equals + 1));
    }
    return env;
  }

  /** Value of a variable: the environment goes before the arguments. */
  @Nullable String variable(String name) {
    String value = env().get(name);
    return value != null ? value : arguments.get(name);
  }

  ImageTree tree() throws IOException {
    ImageTree known = tree;
    if (known == null) {
      known = space.tree(layers);
      tree = known;
    }
    return known;
  }

  /** Changes the configuration; no layer. */
  void configure(String createdBy, Instant now, Consumer<ImageConfigEditor> change) {
    ImageConfigEditor editor = config.edit();
    change.accept(editor);
    editor.addHistory(new HistoryEntry(now, createdBy, null, true));
    config = editor.done();
  }

  void add(StoredLayer layer, String createdBy, Instant now) {
    layers.add(layer);
    tree = null;
    config =
        config
            .edit()
            .addLayer(layer.diffId())
            .addHistory(new HistoryEntry(now, createdBy, null, false))
            .done();
  }

  /** Everything that the files depend on, for keys of the cache. */
  String layersKey() {
    return String.join(" ", config.diffIds());
  }
}
