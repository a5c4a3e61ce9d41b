package io.slipway.builder.registry;

import static io.slipway.builder.support.TestImages.AMD64;
import static io.slipway.builder.support.TestImages.image;
import static io.slipway.builder.support.TestImages.layer;
import static io.slipway.builder.support.TestImages.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.slipway.builder.CredentialSource;
import io.slipway.builder.RegistryCallException;
import io.slipway.builder.RegistryCallException.Reason;
import io.slipway.builder.store.ImageSpace;
import io.slipway.builder.store.ImageStore;
import io.slipway.builder.store.StoredImage;
import io.slipway.identity.client.egress.EgressPolicy;
import io.slipway.taskfile.image.ImageReference;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A registry behind a front that can spoil its answers, with one image in it. */
abstract class FaultyRegistry {
  /** For registries with TLS, which are not opened by being named as those without are. */
  static final EgressPolicy LOOPBACK =
      EgressPolicy.of("slipway.agent.open-networks", List.of("127.0.0.0/8"));

  static final ConnectionPool.RetryPolicy QUICK =
      new ConnectionPool.RetryPolicy(
          3, Duration.ofMillis(10), Duration.ofMillis(20), Duration.ofSeconds(5));

  @TempDir static Path shared;

  static DockerRegistry registry;

  @TempDir Path folder;

  FaultyFront front;

  ConnectionPool connections;

  RegistryCalls access;

  ImageStore store;

  ImageSpace space;

  StoredImage image;

  ImageReference target;

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
            .egress(LOOPBACK)
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

  void failsWith(Reason reason, Action action, String... words) {
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

  StoredImage pullFresh() throws Exception {
    try (ImageStore fresh = ImageStore.open(folder.resolve("fresh"), InstantSource.system());
        ImageSpace view = fresh.openSpace("pull")) {
      return access.pull(target, AMD64, view, line -> {});
    }
  }

  static boolean isBlob(HttpExchange exchange) {
    return exchange.getRequestURI().getPath().contains("/blobs/sha256");
  }
}
