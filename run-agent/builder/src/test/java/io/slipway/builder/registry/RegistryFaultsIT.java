package io.slipway.builder.registry;

import static io.slipway.builder.support.TestImages.AMD64;
import static io.slipway.builder.support.TestImages.image;
import static io.slipway.builder.support.TestImages.layer;
import static io.slipway.builder.support.TestImages.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.slipway.builder.CredentialSource;
import io.slipway.builder.CredentialSource.Credential;
import io.slipway.builder.RegistryAccess.PushedImage;
import io.slipway.builder.RegistryCallException;
import io.slipway.builder.RegistryCallException.Reason;
import io.slipway.builder.store.ImageSpace;
import io.slipway.builder.store.ImageStore;
import io.slipway.builder.store.StoredImage;
import io.slipway.taskfile.image.ImageReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Registries that fail, lie, or are not what they seem. */
class RegistryFaultsIT {
  private static final ConnectionPool.RetryPolicy QUICK =
      new ConnectionPool.RetryPolicy(
          3, Duration.ofMillis(10), Duration.ofMillis(20), Duration.ofSeconds(5));

  @TempDir static Path shared;
  private static DockerRegistry registry;

  @TempDir Path folder;
  private FaultyFront front;
  private ConnectionPool connections;
  private RegistryCalls access;
  private ImageStore store;
  private ImageSpace space;
  private StoredImage image;
  private ImageReference target;

  @BeforeAll
  static void startRegistry() throws Exception {
    registry = DockerRegistry.plain(shared.resolve("registry"));
  }

  @AfterAll
  static void stopRegistry() throws Exception {
    registry.close();
  }

  @BeforeEach
  void open() throws Exception {
    front = new FaultyFront(registry);
    connections =
        ConnectionPool.builder()
            .plainHttp(front.address())
            .plainHttp(registry.address())
            .retries(QUICK)
            .build();
    access = new RegistryCalls(connections, CredentialSource.none());
    store = ImageStore.open(folder.resolve("store"), InstantSource.system());
    space = store.openSpace("run");
    image = image(space, layer(space, "f", "content of a layer ".repeat(5000)));
    target = name(front.address() + "/faults:1");
    access.push(image, target, space, line -> {});
    front.calls.clear();
  }

  @AfterEach
  void close() throws Exception {
    space.close();
    store.close();
    connections.close();
    front.close();
  }

  private void failsWith(Reason reason, Action action, String... words) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(
            RegistryCallException.class,
            e -> {
              assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
              assertThat(List.of(words)).allMatch(word -> e.getMessage().contains(word));
            });
  }

  interface Action {
    void run() throws Exception;
  }

  private StoredImage pullFresh() throws Exception {
    try (ImageStore fresh = ImageStore.open(folder.resolve("fresh"), InstantSource.system());
        ImageSpace view = fresh.openSpace("pull")) {
      return access.pull(target, AMD64, view, line -> {});
    }
  }

  private static boolean isBlob(HttpExchange exchange) {
    return exchange.getRequestURI().getPath().contains("/blobs/sha256");
  }

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
            return isBlob(exchange) ? java.util.Arrays.copyOf(body, body.length + 100_000) : body;
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
      throw new java.io.IOException("the connection breaks");
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
  void credentialsDoNotFollowARedirectToAnotherHost() throws Exception {
    AtomicReference<Map<String, List<String>>> headers = new AtomicReference<>();
    HttpServer elsewhere =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    elsewhere.createContext(
        "/",
        exchange -> {
          headers.set(Map.copyOf(exchange.getRequestHeaders()));
          exchange.sendResponseHeaders(404, -1);
          exchange.close();
        });
    elsewhere.start();
    String address = "127.0.0.1:" + elsewhere.getAddress().getPort();
    List<String> authorizations = new CopyOnWriteArrayList<>();
    front.fault.set(exchange -> {
      if (exchange.getRequestURI().getPath().equals("/v2/")) {
        return FaultyFront.answer(exchange, 401, "WWW-Authenticate", "Basic realm=\"x\"");
      }
      authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
      return isBlob(exchange)
          && FaultyFront.answer(exchange, 307, "Location", "http://" + address + "/storage/blob");
    });
    try (ConnectionPool both =
        ConnectionPool.builder()
            .plainHttp(front.address())
            .plainHttp(address)
            .retries(QUICK)
            .build()) {
      access =
          new RegistryCalls(
              both, (server, scopes) -> Optional.of(new Credential("me", "secret", null)));
      failsWith(Reason.NOT_FOUND, this::pullFresh);
      assertThat(authorizations).allMatch(header -> header.startsWith("Basic "));
      assertThat(headers.get()).isNotNull();
      assertThat(headers.get().keySet()).noneMatch(key -> key.equalsIgnoreCase("Authorization"));
    } finally {
      elsewhere.stop(0);
    }
  }

  @Test
  void shouldAskOnceHowARegistryWantsToBeAskedUntilItWantsAnother() throws Exception {
    try (ConnectionPool both =
        ConnectionPool.builder().plainHttp(front.address()).retries(QUICK).build()) {
      access =
          new RegistryCalls(
              both, (server, scopes) -> Optional.of(new Credential("me", "secret", null)));
      front.calls.clear();
      pullFresh();
      pullFresh();
      assertThat(front.calls).containsOnlyOnce("GET /v2/");

      List<String> authorizations = new CopyOnWriteArrayList<>();
      front.fault.set(exchange -> {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (authorization == null) {
          return FaultyFront.answer(exchange, 401, "WWW-Authenticate", "Basic realm=\"x\"");
        }
        authorizations.add(authorization);
        return false;
      });
      pullFresh();
      assertThat(authorizations).isNotEmpty().allMatch(header -> header.startsWith("Basic "));
    }
  }

  @Test
  void shouldGetATokenWhereARegistryOffersBasicBeforeItInTheSameHeader() throws Exception {
    List<String> authorizations = new CopyOnWriteArrayList<>();
    byte[] token = "{\"token\":\"t\"}".getBytes(StandardCharsets.UTF_8);
    front.fault.set(exchange -> {
      switch (exchange.getRequestURI().getPath()) {
        case "/v2/" -> {
          return FaultyFront.answer(
              exchange,
              401,
              "WWW-Authenticate",
              "Basic realm=\"r\", Bearer realm=\"http://" + front.address() + "/token\"");
        }
        case "/token" -> {
          exchange.sendResponseHeaders(200, token.length);
          exchange.getResponseBody().write(token);
          return true;
        }
        default -> {
          authorizations.add(
              String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          return false;
        }
      }
    });
    try (ConnectionPool fresh =
        ConnectionPool.builder().plainHttp(front.address()).retries(QUICK).build()) {
      access =
          new RegistryCalls(
              fresh, (server, scopes) -> Optional.of(new Credential("me", "secret", null)));
      pullFresh();
    }
    assertThat(authorizations).isNotEmpty().allMatch(header -> header.equals("Bearer t"));
  }

  @Test
  void aRegistryThatIsDownIsUnreachable() throws Exception {
    String nobody = "127.0.0.1:" + DockerRegistry.freePort();
    failsWith(Reason.UNREACHABLE, () -> access.resolve(name(nobody + "/x:1")), nobody);
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

  @Test
  void certificatesAreVerifiedAgainstOurAuthorities() throws Exception {
    TestAuthority authority = TestAuthority.create(folder.resolve("tls"));
    try (DockerRegistry secure = DockerRegistry.secure(folder.resolve("secure"), authority);
        ConnectionPool trusting =
            ConnectionPool.builder()
                .trust(authority.certificate())
                .mirror("docker.io", URI.create("https://" + secure.address()))
                .retries(QUICK)
                .build()) {
      RegistryCalls trusted = new RegistryCalls(trusting, CredentialSource.none());
      PushedImage pushed =
          trusted.push(image, name(secure.address() + "/tls/app:1"), space, line -> {});
      assertThat(trusted.resolve(name(secure.address() + "/tls/app:1")).digest())
          .isEqualTo(pushed.digest());
      assertThat(trusted.resolve(name("docker.io/tls/app:1")).digest()).isEqualTo(pushed.digest());
      failsWith(
          Reason.UNREACHABLE,
          () -> access.resolve(name(secure.address() + "/tls/app:1")),
          "no secure connection");
    }
  }

  @Test
  void plainHttpIsForThisMachineOnly() {
    assertThatThrownBy(() -> ConnectionPool.builder().plainHttp("registry.example:5000"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("on this machine only");
    assertThatThrownBy(
            () -> ConnectionPool.builder().mirror("docker.io", URI.create("http://10.0.0.1:5000")))
        .isInstanceOf(IllegalArgumentException.class);
    failsWith(
        Reason.UNREACHABLE,
        () ->
            new RegistryCalls(
                    ConnectionPool.builder().retries(QUICK).build(), CredentialSource.none())
                .resolve(name(registry.address() + "/faults:1")),
        "no secure connection");
  }
}
