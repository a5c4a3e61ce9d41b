package io.slipway.broker;

import static io.slipway.broker.support.Doors.bind;
import static io.slipway.broker.support.Doors.identity;
import static io.slipway.broker.support.Doors.lease;
import static io.slipway.broker.support.Doors.platform;
import static io.slipway.broker.support.Doors.protect;
import static io.slipway.broker.support.Doors.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.broker.support.BrokerTestResource;
import io.slipway.broker.support.Doors.Identity;
import io.slipway.broker.support.Doors.Run;
import io.slipway.broker.support.OddRegistry;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Neighbours that are away, overloaded or lying (F32, F33). */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class UpstreamIT {
  private static final String PULL = "repository:a:pull";
  private final UUID owner = UUID.randomUUID();
  private OddRegistry odd;
  private String server;
  private String realm;
  private Run run;

  @BeforeEach
  void bindToTheOddRegistry() {
    odd = platform().odd();
    server = odd.loginServer();
    realm = platform().identity().url() + "/oauth2/token";
    protect(server);
    Identity identity = identity("odd-" + owner.toString().substring(0, 8), "AcrPull");
    bind(owner, server, identity, "pull");
    run = run(owner, owner, identity.principalId());
  }

  @Test
  void shouldGetOverShortTrouble() {
    AtomicInteger calls = new AtomicInteger();
    odd.answer(request -> {
      int call = calls.incrementAndGet();
      if (call == 1) {
        request.response().setStatusCode(503).end();
      } else if (call == 2) {
        request.response().setStatusCode(429).putHeader("Retry-After", "1").end();
      } else {
        request
            .response()
            .setStatusCode(401)
            .putHeader(
                "WWW-Authenticate", "Bearer realm=\"" + realm + "\",service=\"" + server + "\"")
            .end();
      }
    });

    lease(run.token(), server, PULL).statusCode(200);

    assertThat(calls).hasValue(3);
  }

  @Test
  void shouldGiveUpAfterAFewTries() {
    odd.answer(request -> request.response().setStatusCode(500).end());

    lease(run.token(), server, PULL)
        .statusCode(502)
        .body("error.code", equalTo("RegistryUnavailable"))
        .body("error.message", containsString(server))
        .body("error.message", containsString("500"));

    assertThat(odd.requests()).hasSize(3);
  }

  @Test
  void shouldNotWaitForLong() {
    odd.answer(
        request -> request.response().setStatusCode(429).putHeader("Retry-After", "3600").end());

    lease(run.token(), server, PULL).statusCode(502);

    assertThat(odd.requests()).hasSize(1);
  }

  @Test
  void rejectsARegistryThatAsksForNoToken() {
    odd.answer(request -> request.response().end("{}"));
    lease(run.token(), server, PULL)
        .statusCode(502)
        .body("error.message", containsString("asks for no token"));
    odd.answer(request ->
        request
            .response()
            .setStatusCode(401)
            .putHeader("WWW-Authenticate", "Basic realm=\"x\"")
            .end());
    lease(run.token(), server, PULL).statusCode(502);
  }

  /** It must get neither the identity's token nor a token of another registry. */
  @Test
  void rejectsARegistryThatLies() {
    String victim = platform().registry().loginServer();
    odd.challenge(realm, victim);
    lease(run.token(), server, PULL)
        .statusCode(403)
        .body("error.code", equalTo("RegistryNotTrusted"))
        .body("error.message", containsString("another name"));
    for (String elsewhere :
        List.of(
            "https://elsewhere.example/oauth2/token",
            "http://elsewhere.example/oauth2/token",
            "http://" + platform().identity().authority() + "@elsewhere.example/oauth2/token",
            "https://user@" + server + "/oauth2/token",
            "ftp://" + server + "/oauth2/token",
            "/oauth2/token")) {
      odd.challenge(elsewhere, server);
      lease(run.token(), server, PULL)
          .statusCode(403)
          .body("error.message", containsString("not trusted"));
      assertThat(odd.requests()).hasSize(1);
    }
    // a redirect is not followed
    odd.answer(request ->
        request.response().setStatusCode(302).putHeader("Location", "http://127.0.0.1:9/").end());
    lease(run.token(), server, PULL).statusCode(502);
  }

  /** A task's author writes the login server: its owner must not get the identity's token. */
  @Test
  void rejectsARegistryThatIsItsOwnIssuer() {
    odd.challenge("http://" + server + "/oauth2/token", server);

    lease(run.token(), server, PULL)
        .statusCode(403)
        .body("error.message", containsString("trusted-realms"));

    assertThat(odd.requests()).hasSize(1);
  }

  @Test
  void rejectsARegistryWithoutATrustedCertificate() {
    // The odd registry speaks no TLS, and by this name it is not on the list of those that need
    // not.
    String secure = "localhost:" + server.substring(server.indexOf(':') + 1);
    Identity identity = identity("tls-" + owner.toString().substring(0, 8), "AcrPull");
    bind(owner, secure, identity, "pull");

    lease(run(owner, owner, identity.principalId()).token(), secure, PULL)
        .statusCode(502)
        .body("error.code", equalTo("RegistryUnavailable"));

    assertThat(odd.requests()).noneMatch(request -> request.contains("localhost"));
  }

  @Test
  void shouldSayThatTheRegistryIsAway() {
    String nowhere = "127.0.0.1:1";
    Identity identity = identity("away-" + owner.toString().substring(0, 8), "AcrPull");
    bind(owner, nowhere, identity, "pull");

    lease(run(owner, owner, identity.principalId()).token(), nowhere, PULL)
        .statusCode(502)
        .body("error.message", containsString("can't be reached"));
  }

  @Test
  void shouldSayThatTaskApiIsAway() {
    platform().leases().failNext(10);

    lease(run.token(), server, PULL)
        .statusCode(503)
        .header("Retry-After", notNullValue())
        .body("error.code", equalTo("TaskApiUnavailable"));

    platform().leases().failNext(1);
    odd.challenge(realm, server);
    lease(run.token(), server, PULL).statusCode(200);
  }

  @Test
  void shouldSayThatIdentityServiceIsAwayAndGoOnWhenItIsBack() {
    odd.challenge(realm, server);
    lease(run.token(), server, PULL).statusCode(200);

    platform().identity().stop();
    try {
      lease(run.token(), server, PULL)
          .statusCode(503)
          .header("Retry-After", notNullValue())
          .body("error.code", equalTo("IdentityUnavailable"));
    } finally {
      platform().identity().start();
    }

    // the same run token, and the same signing keys, are still good
    lease(run.token(), server, PULL).statusCode(200);
  }
}
