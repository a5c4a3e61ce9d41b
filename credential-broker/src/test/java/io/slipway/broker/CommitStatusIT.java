package io.slipway.broker;

import static io.slipway.broker.support.Doors.platform;
import static io.slipway.broker.support.Doors.service;
import static io.slipway.broker.support.Doors.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.slipway.broker.support.BrokerTestResource;
import io.slipway.broker.support.OddRegistry;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A git provider is told of a commit with the token of the task, which goes nowhere else. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class CommitStatusIT {
  private static final String TOKEN = "status-Secret-1";

  private final UUID owner = UUID.randomUUID();
  private final OddRegistry provider = platform().odd();

  private ValidatableResponse say(String repository) {
    return say("Gitea", repository);
  }

  private ValidatableResponse say(String name, String repository) {
    Map<String, String> status =
        Map.of(
            "provider", name,
            "repository", repository,
            "commit", "59b20b8d5c6f",
            "state", "failure",
            "name", "slipway/r/t",
            "description", "Run cf1: Failed",
            "target", "https://p/runs/r/cf1");
    return with(service("slipway-task-api"))
        .contentType("application/json")
        .body(Map.of("secret", "@sourceTrigger/s/token", "status", status))
        .post("/internal/owners/" + owner + "/commit-statuses")
        .then();
  }

  private void keepToken() {
    with(service("slipway-task-api"))
        .contentType("application/json")
        .body(Map.of("bindings", Map.of(), "secrets", Map.of("@sourceTrigger/s/token", TOKEN)))
        .patch("/internal/owners/" + owner)
        .then()
        .statusCode(204);
  }

  @Test
  void shouldTellTheProvider() {
    List<String> headers = new CopyOnWriteArrayList<>();
    provider.answer(request -> {
      headers.add(request.getHeader("Authorization"));
      request.response().setStatusCode(201).end("{}");
    });
    String repository = "http://" + provider.loginServer() + "/o/r.git#main";
    say(repository).statusCode(200).body("done", equalTo(true)).body("problem", nullValue());
    assertThat(provider.requests()).isEmpty();

    keepToken();
    say(repository).statusCode(200).body("done", equalTo(true)).body("problem", nullValue());
    assertThat(headers).containsExactly("token " + TOKEN);
    assertThat(provider.requests().getFirst())
        .startsWith("POST /api/v1/repos/o/r/statuses/59b20b8d5c6f ")
        .contains("\"state\":\"failure\"", "\"context\":\"slipway/r/t\"");

    provider.answer(request -> request.response().setStatusCode(503).end(TOKEN));
    say(repository).body("done", equalTo(false));
    provider.answer(request -> request.response().setStatusCode(403).end(TOKEN));
    say(repository)
        .body("done", equalTo(true))
        .body("problem", containsString("must be allowed to set states"));
    provider.answer(request -> request.response().setStatusCode(404).end());
    say(repository).body("done", equalTo(true)).body("problem", containsString("no such"));
  }

  @Test
  void shouldTellALimitFromARefusalAndWhatNeverWorksAtOnce() {
    keepToken();
    String repository = "http://" + provider.loginServer() + "/o/r.git";
    provider.answer(request ->
        request.response().setStatusCode(403).putHeader("X-RateLimit-Remaining", "0").end());
    say(repository).body("done", equalTo(false)).body("problem", containsString("too many"));
    provider.answer(request ->
        request.response().setStatusCode(400).end("Cannot transition status via :enqueue"));
    say("Gitlab", repository).body("done", equalTo(true)).body("problem", nullValue());
    say("git@git.example:o/r.git")
        .statusCode(200)
        .body("done", equalTo(true))
        .body("problem", containsString("http or https"));
  }

  @Test
  void shouldSendTheTokenNowhereElse() {
    keepToken();
    provider.answer(request ->
        request
            .response()
            .setStatusCode(307)
            .putHeader("Location", "http://" + provider.loginServer() + "/elsewhere")
            .end());
    say("http://" + provider.loginServer() + "/o/r").body("problem", containsString("307"));
    assertThat(provider.requests()).hasSize(1);
    say("http://git.example/o/r").body("problem", containsString("over https alone"));
    say("https://240.0.0.1/o/r").body("problem", containsString("address"));
  }

  @Test
  void shouldAskForBranchesAndTags() {
    keepToken();
    String line = "1".repeat(40) + " refs/heads/main\n";
    provider.answer(request ->
        request
            .response()
            .setStatusCode(request.getHeader("Authorization").startsWith("Basic ") ? 200 : 401)
            .end(
                "001e# service=git-upload-pack\n0000%04x%s0000"
                    .formatted(line.length() + 4, line)));
    refs().body("refs.'refs/heads/main'", equalTo("1".repeat(40)));
    assertThat(provider.requests().getFirst()).startsWith("GET /o/r.git/info/refs ");

    provider.answer(request -> request.response().end("<html>" + TOKEN));
    refs().body("refs", nullValue()).body("problem", containsString("smart protocol"));
    provider.answer(request -> request.response().setStatusCode(404).end());
    refs().body("problem", containsString("404"));
  }

  @Test
  void shouldMakeAHookOnce() {
    String address = "https://p/hooks/1/k";
    provider.answer(request -> request.response().setStatusCode(500).end());
    hook(address).body("problem", equalTo("The trigger has no token."));
    keepToken();
    provider.answer(request ->
        request
            .response()
            .setStatusCode(request.method().name().equals("GET") ? 200 : 201)
            .end("[]"));
    hook(address).body("problem", nullValue());
    assertThat(provider.requests()).hasSize(2);
    assertThat(provider.requests().getLast())
        .startsWith("POST /api/v1/repos/o/r/hooks ")
        .contains("hook-secret", address);

    provider.answer(
        request -> request.response().end("[{\"config\":{\"url\":\"" + address + "\"}}]"));
    hook(address).body("problem", nullValue());
    assertThat(provider.requests()).hasSize(1);
    provider.answer(request -> request.response().setStatusCode(404).end());
    hook(address).body("problem", containsString("must be allowed to make webhooks"));
  }

  private ValidatableResponse hook(String address) {
    Map<String, String> hook =
        Map.of(
            "provider",
            "Gitea",
            "repository",
            "http://" + provider.loginServer() + "/o/r.git",
            "address",
            address,
            "secret",
            "hook-secret");
    return with(service("slipway-task-api"))
        .contentType("application/json")
        .body(Map.of("secret", "@sourceTrigger/s/token", "hook", hook))
        .post("/internal/owners/" + owner + "/hooks")
        .then()
        .statusCode(200);
  }

  private ValidatableResponse refs() {
    return with(service("slipway-task-api"))
        .contentType("application/json")
        .body(
            Map.of(
                "secret",
                "@sourceTrigger/s/token",
                "repository",
                "http://" + provider.loginServer() + "/o/r.git#main"))
        .post("/internal/owners/" + owner + "/git-refs")
        .then()
        .statusCode(200);
  }
}
