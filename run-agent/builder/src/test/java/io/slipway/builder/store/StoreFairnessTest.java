package io.slipway.builder.store;

import static io.slipway.builder.support.TestImages.layer;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.builder.config.Descriptor;
import io.slipway.builder.config.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One run does not wait for another one's slow registry, nor for its large layers. */
@Timeout(60)
class StoreFairnessTest extends OpenStore {
  private static final byte[] CONTENT = "a layer of many".getBytes(StandardCharsets.UTF_8);

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);

  /** A place that sends a byte, and the rest when it is told to. */
  private BlobFetch<IOException> place(String origin, boolean slow) {
    return new BlobFetch<>() {
      @Override
      public String origin() {
        return origin;
      }

      @Override
      public boolean exists() {
        return true;
      }

      @Override
      public void writeTo(OutputStream out) throws IOException, InterruptedException {
        out.write(CONTENT, 0, 1);
        if (slow) {
          begun.countDown();
          go.await();
        }
        out.write(CONTENT, 1, CONTENT.length - 1);
      }
    };
  }

  @Test
  void aSlowPlaceHoldsNobodyUpWhoHasAnother() throws Exception {
    store.patience = Duration.ofMillis(20);
    Descriptor blob = new Descriptor("application/x", Sha256.of(CONTENT), CONTENT.length);
    try (ImageSpace victim = store.openSpace("victim");
        ExecutorService threads = Executors.newCachedThreadPool()) {
      Future<Boolean> slow = threads.submit(() -> space.fetchBlob(blob, place("slow/x", true)));
      begun.await();

      assertThat(victim.fetchBlob(blob, place("good/x", false))).isTrue();
      assertThat(victim.openBlob(blob.digest())).hasBinaryContent(CONTENT);
      assertThat(slow).isNotDone();

      go.countDown();
      assertThat(slow.get()).isTrue();
      assertThat(victim.openBlob(blob.digest())).hasBinaryContent(CONTENT);
    }
  }

  @Test
  void whatIsOnItsWayFromOnePlaceIsFetchedOnce() throws Exception {
    store.patience = Duration.ofMillis(1);
    Descriptor blob = new Descriptor("application/x", Sha256.of(CONTENT), CONTENT.length);
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      Future<Boolean> first = threads.submit(() -> space.fetchBlob(blob, place("slow/x", true)));
      begun.await();
      Future<Boolean> second = threads.submit(() -> space.fetchBlob(blob, place("slow/x", false)));
      go.countDown();

      assertThat(first.get()).isTrue();
      assertThat(second.get()).isFalse();
    }
  }

  @Test
  void anotherRunsLayersAreNotWaitedFor() throws Exception {
    StoredImage.StoredLayer small = layer(space, "file", "content");
    try (ImageSpace busy = store.openSpace("busy")) {
      for (int i = 0; i < 100; i++) {
        busy.unpackers()
            .submit(() -> {
              go.await();
              return 0L;
            });
      }

      assertThat(space.unpack(List.of(small)).folders()).hasSize(1);
    }
  }
}
