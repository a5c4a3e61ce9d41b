package io.slipway.broker;

import static io.slipway.broker.support.Doors.platform;
import static io.slipway.broker.support.Doors.service;
import static io.slipway.broker.support.Doors.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.slipway.broker.support.BrokerTestResource;
import io.slipway.broker.support.OddRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** An event is posted once, to where it may go, and nothing secret comes back. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class WebhookIT {
  private static final String HEADER = "webhook-Header-Secret";
  private static final String SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldY";

  private final UUID owner = UUID.randomUUID();
  private final OddRegistry receiver = platform().odd();

  private void keep(String address) {
    Map<String, String> secrets = new HashMap<>();
    secrets.put("@webhook/serviceUri", address);
    secrets.put("@webhook/customHeaders", "{\"X-Key\":\"" + HEADER + "\"}");
    secrets.put("@webhook/signingSecret", SECRET);
    secrets.put("another", "another-Secret");
    with(service("slipway-task-api"))
        .contentType("application/json")
        .body(Map.of("bindings", Map.of(), "secrets", secrets))
        .patch("/internal/owners/" + owner)
        .then()
        .statusCode(204);
  }

  private ValidatableResponse deliver() {
    return with(service("slipway-task-api"))
        .contentType("application/json")
        .body(Map.of("id", "id-1", "body", "{\"a\":1}"))
        .post("/internal/owners/" + owner + "/webhook/deliveries")
        .then();
  }

  @Test
  void shouldPostOnceAndHideWhatIsSecret() {
    keep("http://" + receiver.loginServer() + "/in/path-Secret");
    receiver.answer(request ->
        request
            .response()
            .setStatusCode(503)
            .putHeader("Retry-After", "30")
            .putHeader("Set-Cookie", "cookie-Secret")
            .end(HEADER + " /in/path-Secret \0" + request.getHeader("webhook-id")));
    deliver()
        .statusCode(200)
        .body("delivered", equalTo(false))
        .body("isFinal", equalTo(false))
        .body("retryAfter", equalTo(30))
        .body("request.headers.X-Key", equalTo("***"))
        .body("request.headers.webhook-signature", equalTo("***"))
        .body("request.requestUri", equalTo("http://" + receiver.loginServer() + "/***"))
        .body("response.statusCode", equalTo("503"))
        .body("response.content", equalTo("*** *** ?id-1"))
        .body("response.headers.size()", equalTo(2));
    assertThat(receiver.requests()).containsExactly("POST /in/path-Secret {\"a\":1}");

    receiver.answer(request -> request.response().setStatusCode(410).end());
    deliver().body("isFinal", equalTo(true));
    receiver.answer(request ->
        request
            .response()
            .setStatusCode(307)
            .putHeader("Location", "http://" + receiver.loginServer() + "/elsewhere")
            .end());
    deliver().body("delivered", equalTo(false)).body("response.statusCode", equalTo("307"));
    assertThat(receiver.requests()).hasSize(1);
    receiver.answer(request -> request.response().end("x".repeat(100_000)));
    deliver().body("delivered", equalTo(true)).body("response.content.length()", equalTo(4096));
    with(service("slipway-task-api"))
        .get("/internal/owners/" + owner + "/webhook")
        .then()
        .body("customHeaders.X-Key", equalTo(HEADER))
        .body("signingSecret", equalTo(SECRET))
        .body("another", equalTo(null));
  }

  @Test
  void shouldPostNowhereElse() {
    deliver().statusCode(400);
    keep("https://240.0.0.1/latest");
    deliver().body("isFinal", equalTo(true)).body("problem", containsString("closed to users"));
    keep("http://hook.example/in");
    deliver().body("isFinal", equalTo(true)).body("problem", containsString("https alone"));
    receiver.answer(request -> request.connection().close());
    keep("http://" + receiver.loginServer() + "/");
    deliver().body("isFinal", equalTo(false)).body("problem", containsString("cannot be reached"));
    with(service("slipway-run-agent"))
        .get("/internal/owners/" + owner + "/webhook")
        .then()
        .statusCode(401);
  }
}
