package io.slipway.builder.registry;

import static io.slipway.builder.support.TestImages.AMD64;
import static io.slipway.builder.support.TestImages.image;
import static io.slipway.builder.support.TestImages.layer;
import static io.slipway.builder.support.TestImages.name;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.slipway.builder.CredentialSource;
import io.slipway.builder.RegistryAccess.PushedImage;
import io.slipway.builder.RegistryCallException.Reason;
import io.slipway.builder.store.ImageSpace;
import io.slipway.builder.store.ImageStore;
import io.slipway.builder.store.StoredImage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Registries that fail, lie, or are not what they seem. */
class RegistryFaultsIT extends FaultyRegistry {
  @Test
  void tooManyRequestsAreRepeatedAfterThePauseAskedFor() throws Exception {
    AtomicInteger refused = new AtomicInteger();
    front.fault.set(exchange ->
        refused.incrementAndGet() <= 2 && FaultyFront.answer(exchange, 429, "Retry-After", "0"));
    assertThat(access.resolve(target).digest()).isEqualTo(image.manifest().digest());
    assertThat(refused.get()).isGreaterThan(2);
  }

  @Test
  void endlessRefusalsEndInOneError() {
    front.fault.set(exchange -> FaultyFront.answer(exchange, 429));
    failsWith(Reason.RATE_LIMITED, () -> access.resolve(target), front.address());
    assertThat(front.calls).hasSize(3);
  }

  @Test
  void aPauseThatIsTooLongIsNotWaitedFor() {
    front.fault.set(exchange -> FaultyFront.answer(exchange, 429, "Retry-After", "86400"));
    failsWith(Reason.RATE_LIMITED, () -> access.resolve(target));
    assertThat(front.calls).hasSize(1);
  }

  @Test
  void failuresOfTheServerAreRepeatedInPullAndPush() throws Exception {
    Map<String, Integer> seen = new ConcurrentHashMap<>();
    front.fault.set(exchange -> {
      String call = exchange.getRequestMethod() + exchange.getRequestURI().getPath();
      boolean upload =
          exchange.getRequestMethod().matches("PATCH|PUT") && call.contains("/uploads/");
      return !upload && seen.merge(call, 1, Integer::sum) == 1 && FaultyFront.answer(exchange, 503);
    });
    assertThat(pullFresh()).isEqualTo(image);
    StoredImage another = image(space, layer(space, "g", "new"));
    PushedImage pushed =
        access.push(another, name(front.address() + "/faults:2"), space, line -> {});
    assertThat(pushed.digest()).isEqualTo(another.manifest().digest());
  }

  @Test
  void anUploadThatBreaksIsBegunAgain() throws Exception {
    AtomicInteger broken = new AtomicInteger();
    front.fault.set(exchange ->
        exchange.getRequestMethod().equals("PATCH")
            && broken.incrementAndGet() <= 2
            && FaultyFront.answer(exchange, 500));
    StoredImage another = image(space, layer(space, "h", "upload"));
    access.push(another, name(front.address() + "/faults:3"), space, line -> {});
    front.fault.set(exchange -> false);
    assertThat(access.resolve(name(registry.address() + "/faults:3")).digest())
        .isEqualTo(another.manifest().digest());
  }

  @Test
  void alteredBlobsAreRefused() throws Exception {
    front.fault.set(
        new FaultyFront.Fault() {
          @Override
          public boolean spoil(HttpExchange exchange) {
            return false;
          }

          @Override
          public byte[] body(HttpExchange exchange, byte[] body) {
            if (isBlob(exchange) && body.length > 0) {
              body[body.length / 2] ^= 1;
            }
            return body;
          }
        });
    failsWith(Reason.INVALID, this::pullFresh);
    try (ImageStore fresh = ImageStore.open(folder.resolve("fresh"), InstantSource.system())) {
      assertThat(fresh.usage().blobs()).isZero();
    }
  }

  @Test
  void blobsLongerThanAnnouncedAreRefused() {
    front.fault.set(
        new FaultyFront.Fault() {
          @Override
          public boolean spoil(HttpExchange exchange) {
            return false;
          }

          @Override
          public byte[] body(HttpExchange exchange, byte[] body) {
            return isBlob(exchange) ? Arrays.copyOf(body, body.length + 100_000) : body;
          }
        });
    failsWith(Reason.INVALID, this::pullFresh);
  }

  @Test
  void alteredManifestsAreRefusedWhenADigestWasAskedFor() {
    front.fault.set(
        new FaultyFront.Fault() {
          @Override
          public boolean spoil(HttpExchange exchange) {
            return false;
          }

          @Override
          public byte[] body(HttpExchange exchange, byte[] body) {
            return (new String(body) + " ").getBytes();
          }
        });
    String digest = image.manifest().digest();
    failsWith(
        Reason.INVALID,
        () -> access.manifest(name(front.address() + "/faults@" + digest)),
        "was asked for, but what came has the digest");
  }

  @Test
  void aBrokenTransferIsRepeated() throws Exception {
    AtomicInteger broken = new AtomicInteger();
    front.fault.set(exchange -> {
      if (!isBlob(exchange)
          || !exchange.getRequestMethod().equals("GET")
          || broken.incrementAndGet() > 2) {
        return false;
      }
      exchange.sendResponseHeaders(200, 1000);
      exchange.getResponseBody().write(new byte[10]);
      exchange.getResponseBody().flush();
      throw new IOException("the connection breaks");
    });
    assertThat(pullFresh()).isEqualTo(image);
    assertThat(broken.get()).isGreaterThan(2);
  }

  @Test
  void nobodyReadsABlobOfOthersByKnowingItsDigest() {
    // The store has the layer of "faults"; a repository without it names it in a manifest.
    byte[] stolen = image.manifest().bytes();
    front.fault.set(exchange -> {
      if (!exchange.getRequestURI().getPath().equals("/v2/evil/manifests/1")) {
        return false;
      }
      exchange.getResponseHeaders().set("Content-Type", image.manifest().mediaType());
      exchange.sendResponseHeaders(200, stolen.length);
      exchange.getResponseBody().write(stolen);
      return true;
    });
    failsWith(
        Reason.INVALID,
        () -> {
          try (ImageSpace stranger = store.openSpace("stranger")) {
            access.pull(name(front.address() + "/evil:1"), AMD64, stranger, line -> {});
          }
        },
        "is not at " + front.address() + "/evil");
  }

  @Test
  void aRegistryThatIsDownIsUnreachable() throws Exception {
    String nobody = "127.0.0.1:" + DockerRegistry.freePort();
    failsWith(Reason.UNREACHABLE, () -> access.resolve(name(nobody + "/x:1")), nobody);
  }

  /**
   * A stopped registry whose queue of connections is full: no interrupt, whatever the type says.
   */
  @Test
  void aRegistryThatTakesNoConnectionsIsUnreachable() throws Exception {
    try (ServerSocket stopped = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        FullQueue full = FullQueue.of(stopped);
        ConnectionPool impatient =
            ConnectionPool.builder()
                .plainHttp(full.address())
                .timeout(Duration.ofMillis(200))
                .retries(QUICK)
                .build()) {
      RegistryCalls none = new RegistryCalls(impatient, CredentialSource.none());
      failsWith(
          Reason.UNREACHABLE,
          () -> none.resolve(name(full.address() + "/x:1")),
          full.address(),
          "no connection in time");
    }
  }

  @Test
  void interruptEndsAPullThatHangs() throws Exception {
    CountDownLatch hanging = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    front.fault.set(exchange -> {
      if (!isBlob(exchange)) {
        return false;
      }
      hanging.countDown();
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return FaultyFront.answer(exchange, 500);
    });
    AtomicReference<Throwable> outcome = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                pullFresh();
              } catch (Exception e) {
                outcome.set(e);
              }
            });
    hanging.await();
    thread.interrupt();
    thread.join(15_000);
    end.countDown();
    assertThat(thread.isAlive()).isFalse();
    assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
  }
}
