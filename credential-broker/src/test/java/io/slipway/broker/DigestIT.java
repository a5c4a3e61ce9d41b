package io.slipway.broker;

import static io.slipway.broker.support.Doors.bind;
import static io.slipway.broker.support.Doors.identity;
import static io.slipway.broker.support.Doors.platform;
import static io.slipway.broker.support.Doors.service;
import static io.slipway.broker.support.Doors.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.slipway.broker.support.BrokerTestResource;
import io.slipway.broker.support.OddRegistry;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What tags point to at registries of the world, with the credential of whoever watches them. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class DigestIT {
  private static final String DIGEST = "sha256:" + "0f".repeat(32);
  private static final String PASSWORD = "Digest-Secret-1";
  private static final String BASIC =
      "Basic "
          + Base64.getEncoder()
              .encodeToString(("reader:" + PASSWORD).getBytes(StandardCharsets.UTF_8));

  private final UUID owner = UUID.randomUUID();
  private final OddRegistry registry = platform().odd();

  private ValidatableResponse digest(String server, String repository, String tag) {
    return with(service("slipway-task-api"))
        .contentType("application/json")
        .body(Map.of("registry", server, "repository", repository, "tag", tag))
        .post("/internal/owners/" + owner + "/digests")
        .then();
  }

  private ValidatableResponse digest() {
    return digest(registry.loginServer(), "library/node", "15").statusCode(200);
  }

  /** Opens for what its token endpoint, at itself, gives to the user. */
  private void answerWithTokens() {
    registry.answer(request -> {
      if (request.path().equals("/token")) {
        boolean known = BASIC.equals(request.getHeader("Authorization"));
        request
            .response()
            .setStatusCode(known ? 200 : 401)
            .end("{\"token\":\"good-" + request.getParam("scope") + "\"}");
      } else if ("Bearer good-repository:library/node:pull"
          .equals(request.getHeader("Authorization"))) {
        found(request);
      } else {
        request
            .response()
            .setStatusCode(401)
            .putHeader(
                "WWW-Authenticate",
                "Bearer realm=\"http://" + registry.loginServer() + "/token\",service=\"odd\"")
            .end();
      }
    });
  }

  private static void found(HttpServerRequest request) {
    assertThat(request.method().name()).isEqualTo("HEAD");
    assertThat(request.path()).isEqualTo("/v2/library/node/manifests/15");
    assertThat(request.getHeader("Accept")).startsWith("application/vnd.oci.image.index.v1+json");
    request.response().putHeader("Docker-Content-Digest", DIGEST).end();
  }

  @Test
  void shouldReadWhatIsOpenToAll() {
    registry.answer(DigestIT::found);

    digest().body("digest", equalTo(DIGEST)).body("problem", nullValue());
  }

  @Test
  void shouldLogInAsTheRegistryWantsIt() {
    bind(owner, registry.loginServer(), "reader", PASSWORD);
    answerWithTokens();
    digest().body("digest", equalTo(DIGEST));

    registry.answer(request -> {
      if (BASIC.equals(request.getHeader("Authorization"))) {
        found(request);
      } else {
        request.response().setStatusCode(401).putHeader("WWW-Authenticate", "Basic").end();
      }
    });
    digest().body("digest", equalTo(DIGEST));
  }

  /** Neither what it opens nor the credential itself. */
  @Test
  void shouldSayWhatIsWrongAndNoSecret() {
    answerWithTokens();
    digest()
        .body("digest", nullValue())
        .body("problem", containsString("its token endpoint answered 401"));
    bind(owner, registry.loginServer(), "reader", "Digest-Secret-2");
    digest()
        .body("problem", containsString("answered 401"))
        .body("problem", not(containsString("Digest-Secret")));
    bind(owner, registry.loginServer(), identity("digest-reader"), "pull");
    digest().body("problem", containsString("which its runs alone can do"));

    bind(owner, registry.loginServer(), "reader", PASSWORD);
    registry.challenge("http://elsewhere.test/token", "odd");
    digest().body("problem", containsString("token endpoint is not https"));
    registry.answer(request -> request.response().setStatusCode(404).end());
    digest().body("problem", containsString("it has no such image"));
    registry.answer(
        request -> request.response().putHeader("Docker-Content-Digest", "md5:\"x").end());
    digest().body("problem", containsString("it names no digest"));
    digest("10.1.2.3:5000", "a", "1")
        .statusCode(200)
        .body("problem", containsString("slipway.broker.open-networks"));
  }

  @Test
  void rejectsWhatIsNoImageAndOtherCallers() {
    String server = registry.loginServer();
    digest("a/b", "node", "1").statusCode(400).body("error.message", containsString("registry"));
    digest(server, "a/../b", "1")
        .statusCode(400)
        .body("error.message", containsString("repository"));
    digest(server, "node", "1/../2").statusCode(400).body("error.message", containsString("tag"));
    with(service("slipway-run-agent"))
        .contentType("application/json")
        .body(Map.of("registry", server, "repository", "node", "tag", "1"))
        .post("/internal/owners/" + owner + "/digests")
        .then()
        .statusCode(401);
    assertThat(registry.requests()).noneMatch(request -> request.contains("a/../b"));
  }
}
