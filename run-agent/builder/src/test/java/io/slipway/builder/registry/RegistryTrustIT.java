package io.slipway.builder.registry;

import static io.slipway.builder.support.TestImages.image;
import static io.slipway.builder.support.TestImages.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.slipway.builder.CredentialSource;
import io.slipway.builder.CredentialSource.Credential;
import io.slipway.builder.RegistryAccess.PushedImage;
import io.slipway.builder.RegistryCallException.Reason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Whom registry calls trust, and who gets to see a credential. */
class RegistryTrustIT extends FaultyRegistry {
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
                    ConnectionPool.builder().egress(LOOPBACK).retries(QUICK).build(),
                    CredentialSource.none())
                .resolve(name(registry.address() + "/faults:1")),
        "no secure connection");
  }
}
