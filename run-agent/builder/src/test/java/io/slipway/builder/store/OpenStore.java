package io.slipway.builder.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An empty store with a space, and a clock that is set by hand. */
abstract class OpenStore {
  @TempDir Path folder;

  final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

  ImageStore store;

  ImageSpace space;

  @BeforeEach
  void open() throws IOException {
    store = ImageStore.open(folder.resolve("store"), now::get);
    space = store.openSpace("run-1");
  }

  @AfterEach
  void close() throws IOException {
    space.close();
    store.close();
  }

  void tick() {
    now.updateAndGet(time -> time.plusSeconds(60));
  }
}
