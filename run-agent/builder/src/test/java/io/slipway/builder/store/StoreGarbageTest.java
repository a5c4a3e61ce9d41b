package io.slipway.builder.store;

import static io.slipway.builder.support.TestImages.image;
import static io.slipway.builder.support.TestImages.layer;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.builder.config.Sha256;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the store deletes, and what it never deletes. */
class StoreGarbageTest extends OpenStore {
  @Test
  void garbageGoesOldestFirstAndNeverWhatIsInUse() throws Exception {
    StoredImage.StoredLayer old;
    StoredImage.StoredLayer middle;
    try (ImageSpace past = store.openSpace("past")) {
      old = layer(past, "old", "o".repeat(1000));
      tick();
      middle = layer(past, "middle", "m".repeat(1000));
      UnpackedImage unused = past.unpack(List.of(old, middle));
    }
    tick();
    StoredImage.StoredLayer used = layer(space, "used", "u");
    Path unpacked = space.unpack(List.of(used)).folders().getFirst();
    tick();
    try (ImageSpace touching = store.openSpace("touch")) {
      assertThat(touching.tree(List.of(old)).find("old")).isPresent();
    }
    ImageStore.StoreUsage before = store.usage();
    assertThat(before.blobs()).isEqualTo(3);
    assertThat(before.layers()).isEqualTo(3);
    assertThat(before.leasedBytes()).isPositive().isLessThan(before.totalBytes());

    long freed = store.collectGarbage(before.totalBytes());
    assertThat(freed).isPositive();
    assertThat(blob(middle)).doesNotExist();

    store.collectGarbage(0);
    ImageStore.StoreUsage after = store.usage();
    assertThat(after.blobs()).isEqualTo(1);
    assertThat(after.layers()).isEqualTo(1);
    assertThat(after.totalBytes()).isEqualTo(after.leasedBytes());
    assertThat(unpacked.resolve("used")).hasContent("u");
    assertThat(new String(space.tree(List.of(used)).read("used", 9).orElseThrow())).isEqualTo("u");

    space.close();
    store.collectGarbage(0);
    assertThat(store.usage().totalBytes()).isZero();
    assertThat(unpacked).doesNotExist();
  }

  @Test
  void aNoteThatIsReadLivesAsLongAsItsBlob() throws Exception {
    StoredImage.StoredLayer used;
    StoredImage.StoredLayer unused;
    try (ImageSpace past = store.openSpace("past")) {
      used = layer(past, "used", "u".repeat(1000));
      past.cache("tenant").put("key of used", used);
      tick();
      unused = layer(past, "unused", "n".repeat(1000));
      past.cache("tenant").put("key of unused", unused);
      tick();
    }
    try (ImageSpace today = store.openSpace("today")) {
      assertThat(today.cache("tenant").find("key of used")).contains(used);
    }
    Path notes = folder.resolve("store/cache");
    assertThat(times(notes)).contains(FileTime.from(now.get()));
    for (Path note : files(notes)) {
      Files.setLastModifiedTime(note, FileTime.fromMillis(0));
    }
    long all = 0;
    for (String kind : List.of("blobs", "indexes", "pairs", "origins", "cache")) {
      for (Path file : files(folder.resolve("store").resolve(kind))) {
        all += Files.size(file);
      }
    }

    assertThat(store.collectGarbage(all - 1)).isPositive();

    assertThat(files(notes)).as("notes, which were the oldest").hasSize(2);
    store.collectGarbage(0);
    assertThat(files(notes)).isEmpty();
  }

  private static List<Path> files(Path folder) throws Exception {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }

  private static List<FileTime> times(Path folder) throws Exception {
    List<FileTime> times = new ArrayList<>();
    for (Path file : files(folder)) {
      times.add(Files.getLastModifiedTime(file));
    }
    return times;
  }

  @Test
  void leasesHoldWhileGarbageIsCollectedAllTheTime() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      Future<?> collector =
          threads.submit(() -> {
            while (!Thread.currentThread().isInterrupted()) {
              store.collectGarbage(0);
            }
            return null;
          });
      List<Callable<Boolean>> runs = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        int number = i;
        runs.add(() -> buildAndRead(number));
      }
      try {
        for (Future<Boolean> run : threads.invokeAll(runs)) {
          assertThat(run.get()).isTrue();
        }
      } finally {
        collector.cancel(true); // nothing else ends it
      }
    }
  }

  private Path blob(StoredImage.StoredLayer layer) {
    return folder.resolve("store/blobs").resolve(Sha256.hex(layer.digest()));
  }

  private boolean buildAndRead(int number) throws Exception {
    try (ImageSpace run = store.openSpace("busy-" + number)) {
      StoredImage.StoredLayer layer = layer(run, "f" + number % 5, "content");
      StoredImage image = image(run, layer);
      Path fs = run.unpack(image.layers()).folders().getFirst();
      return Files.readString(fs.resolve("f" + number % 5)).equals("content")
          && run.tree(image.layers()).find("f" + number % 5).isPresent();
    }
  }
}
