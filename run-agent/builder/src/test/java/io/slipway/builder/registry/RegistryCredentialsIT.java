package io.slipway.builder.registry;

import static io.slipway.builder.support.TestImages.AMD64;
import static io.slipway.builder.support.TestImages.image;
import static io.slipway.builder.support.TestImages.layer;
import static io.slipway.builder.support.TestImages.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.builder.CredentialSource;
import io.slipway.builder.CredentialSource.Credential;
import io.slipway.builder.CredentialSource.CredentialRefusedException;
import io.slipway.builder.RegistryCallException;
import io.slipway.builder.RegistryCallException.Reason;
import io.slipway.builder.store.ImageSpace;
import io.slipway.builder.store.ImageStore;
import io.slipway.builder.store.StoredImage;
import io.slipway.builder.store.StoredImage.StoredLayer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials at a registry that wants tokens, as ACR does. */
class RegistryCredentialsIT {
  @TempDir static Path shared;
  private static TokenServer tokens;
  private static DockerRegistry registry;
  private static ConnectionPool connections;

  @TempDir Path folder;
  private ImageStore store;
  private ImageSpace space;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<String> lines = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    tokens = new TokenServer(TestAuthority.create(shared.resolve("keys")));
    registry = DockerRegistry.withTokens(shared.resolve("registry"), tokens);
    connections =
        ConnectionPool.builder().plainHttp(registry.address()).plainHttp(tokens.address()).build();
    tokens.grant("reader", "base:pull");
    tokens.grant("builder", "base:pull", "app:pull", "app:push");
    tokens.grant("owner", "base:pull", "base:push");
  }

  @AfterAll
  static void stop() throws Exception {
    connections.close();
    registry.close();
    tokens.close();
  }

  @BeforeEach
  void open() throws Exception {
    store = ImageStore.open(folder.resolve("store"), InstantSource.system());
    space = store.openSpace("run");
    tokens.asked.clear();
    tokens.lifetimeSeconds = 300;
  }

  @AfterEach
  void close() throws Exception {
    space.close();
    store.close();
  }

  private RegistryCalls as(String user) {
    return new RegistryCalls(
        connections,
        (server, scopes) -> {
          asked.add(server + " " + String.join(" ", scopes));
          return Optional.of(new Credential(user, user + "-password", null));
        });
  }

  private StoredImage pushBase() throws Exception {
    StoredImage base = image(space, layer(space, "base", "of " + folder));
    as("owner").push(base, name(registry.address() + "/base:1"), space, line -> {});
    asked.clear();
    tokens.asked.clear();
    return base;
  }

  private static void assertUnauthorized(ThrowingCallable call, String... words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            RegistryCallException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.UNAUTHORIZED);
              assertThat(e.getMessage()).contains(words).doesNotContain("-password");
            });
  }

  @Test
  void eachOperationAsksForJustWhatItDoes() throws Exception {
    StoredImage base = pushBase();
    as("builder").pull(name(registry.address() + "/base:1"), AMD64, space, line -> {});
    assertThat(asked).containsExactly(registry.address() + " repository:base:pull");
    assertThat(tokens.asked).containsExactly("repository:base:pull");
    asked.clear();

    StoredLayer own = layer(space, "own", "of the app");
    as("builder")
        .push(
            image(space, base.layers().getFirst(), own),
            name(registry.address() + "/app:1"),
            space,
            lines::add);
    assertThat(asked)
        .containsExactly(registry.address() + " repository:app:pull,push repository:base:pull");
    assertThat(lines)
        .contains(base.layers().getFirst().diffId().substring(7, 19) + ": Mounted from base");
  }

  @Test
  void aMissingRightIsToldOnceAndAtOnce() throws Exception {
    StoredImage base = pushBase();
    assertUnauthorized(
        () -> as("reader").push(base, name(registry.address() + "/base:2"), space, line -> {}),
        "push access denied for " + registry.address() + "/base",
        "'push'");
    assertThat(tokens.asked).hasSize(1);
  }

  @Test
  void wrongPasswordIsUnauthorized() throws Exception {
    pushBase();
    RegistryCalls wrong =
        new RegistryCalls(
            connections, (server, scopes) -> Optional.of(new Credential("reader", "no", null)));
    assertUnauthorized(
        () -> wrong.pull(name(registry.address() + "/base:1"), AMD64, space, line -> {}),
        "pull access denied",
        "wrong user or password");
    assertUnauthorized(() -> wrong.logIn(registry.address()), "log-in access denied");
  }

  @Test
  void withoutCredentialTheMessageSaysSo() throws Exception {
    pushBase();
    RegistryCalls none = new RegistryCalls(connections, CredentialSource.none());
    assertUnauthorized(
        () -> none.pull(name(registry.address() + "/base:1"), AMD64, space, line -> {}),
        "there is no credential for " + registry.address());
    assertThat(none.logIn(registry.address())).isFalse();
    assertThat(as("reader").logIn(registry.address())).isTrue();
  }

  @Test
  void aRefusalOfTheSourceIsPassedOn() {
    RegistryCalls refused =
        new RegistryCalls(
            connections,
            (server, scopes) -> {
              throw new CredentialRefusedException("identity 'x' lacks AcrPull on base", false);
            });
    assertUnauthorized(
        () -> refused.pull(name(registry.address() + "/base:1"), AMD64, space, line -> {}),
        "identity 'x' lacks AcrPull on base");
  }

  @Test
  void whatTheSourceWaitedForInVainIsNotAskedForAgain() throws Exception {
    pushBase();
    int[] count = {0};
    RegistryCalls away =
        new RegistryCalls(
            connections,
            (server, scopes) -> {
              count[0]++;
              throw new CredentialRefusedException("the broker cannot be reached", true);
            });
    assertThatThrownBy(
            () -> away.pull(name(registry.address() + "/base:1"), AMD64, space, line -> {}))
        .isInstanceOfSatisfying(
            RegistryCallException.class,
            e -> assertThat(e.reason()).isEqualTo(RegistryCallException.Reason.UNREACHABLE))
        .hasMessage("the broker cannot be reached");
    assertThat(count[0]).isEqualTo(1);
  }

  @Test
  void aRefusedMountDoesNotSpoilThePush() throws Exception {
    StoredImage base = pushBase();
    StoredImage app = image(space, base.layers().getFirst(), layer(space, "z", "z"));
    RegistryCalls narrow =
        new RegistryCalls(
            connections,
            (server, scopes) -> {
              if (scopes.contains("repository:base:pull")) {
                throw new CredentialRefusedException("no right on base", false);
              }
              return Optional.of(new Credential("builder", "builder-password", null));
            });
    narrow.push(app, name(registry.address() + "/app:narrow"), space, lines::add);
    assertThat(lines).contains(base.layers().getFirst().diffId().substring(7, 19) + ": Pushed");
  }

  @Test
  void aTokenThatGrowsOldIsReplaced() throws Exception {
    pushBase();
    Instant start = Instant.now();
    Instant[] now = {start};
    try (ConnectionPool aging =
        ConnectionPool.builder()
            .plainHttp(registry.address())
            .plainHttp(tokens.address())
            .clock(() -> now[0])
            .build()) {
      RegistrySession session =
          new RegistrySession(
              aging,
              (server, scopes) -> {
                asked.add(server);
                return Optional.of(new Credential("reader", "reader-password", null));
              },
              RegistryScope.pull(registry.address(), "base"));
      assertThat(session.head("1")).isPresent();
      assertThat(session.head("1")).isPresent();
      assertThat(asked).hasSize(1);
      now[0] = start.plusSeconds(290);
      assertThat(session.head("1")).isPresent();
      assertThat(asked).hasSize(2);
    }
  }

  @Test
  void userNameAndPasswordAlone() throws Exception {
    // "s3cret" by bcrypt
    Path file =
        Files.writeString(
            folder.resolve("htpasswd"),
            "ci:$2y$04$abcdefghijklmnopqrstuuLZYjhNQAOdpbzt4WxWlUHjv1wsyH5DG\n");
    try (DockerRegistry basic = DockerRegistry.withPassword(folder.resolve("basic"), file);
        ConnectionPool plain = ConnectionPool.builder().plainHttp(basic.address()).build()) {
      StoredImage image = image(space, layer(space, "basic", "auth"));
      RegistryCalls right =
          new RegistryCalls(
              plain, (server, scopes) -> Optional.of(new Credential("ci", "s3cret", null)));
      right.push(image, name(basic.address() + "/app:1"), space, line -> {});
      assertThat(right.logIn(basic.address())).isTrue();
      RegistryCalls wrong =
          new RegistryCalls(
              plain, (server, scopes) -> Optional.of(new Credential("ci", "wrong", null)));
      assertUnauthorized(() -> wrong.resolve(name(basic.address() + "/app:1")), "unauthorized");
      assertUnauthorized(() -> wrong.logIn(basic.address()), "log-in access denied");
    }
  }
}
