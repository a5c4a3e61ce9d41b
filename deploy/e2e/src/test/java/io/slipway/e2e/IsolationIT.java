package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Two runs with different identities hold their leases at the same time; each tries at the broker
 * what belongs to the other. The test claims both runs itself, so that it has their run tokens.
 */
@Order(3)
class IsolationIT {

  /** The secret of this intruder's process, and its SHA-256 in base64url. */
  private static final String SECRET = "intruders-own-secret-xxxxxxxxxxxxxxxxxxxxxx";

  private static final String HOLDER = "CMnxbqFnrNilSMCHeqkClsiaBsaxWWFhkcVmH3-PS2Q";
  private static final Platform PLATFORM = Platform.shared();
  private static final Cast CAST = new Cast(PLATFORM);
  private static final Services SERVICES = new Services(PLATFORM);
  private static final List<String> AGENTS = List.of("run-agent-1", "run-agent-2");
  private static final String PULL = "repository:baseimages/node:pull";
  private static final Map<String, String> principals = new HashMap<>();
  private static final Map<String, JsonNode> claims = new HashMap<>();
  private static final Map<String, String> runs = new HashMap<>();
  private static final ScheduledExecutorService HEARTS = Executors.newScheduledThreadPool(2);
  private static GitServer git;

  @BeforeAll
  static void claimBothRuns() throws Exception {
    git = new GitServer(Path.of("target/git-isolation"));
    String context =
        git.repository(
            "isolation",
            Map.of(
                "Dockerfile-app",
                "ARG REGISTRY_NAME\nFROM ${REGISTRY_NAME}/baseimages/node:15-alpine\nLABEL i=1\n"));
    for (String task : List.of("withkey", "nokey-")) {
      principals.put(task, CAST.task(task, CAST.buildAndPush("isolation", context)));
      CAST.grantPull(principals.get(task));
    }
    CAST.credential("withkey");
    signal("STOP");
    for (String task : List.of("withkey", "nokey-")) {
      runs.put(task, CAST.start(task));
      claims.put(task, claim(runs.get(task)));
      HEARTS.scheduleAtFixedRate(() -> renew(task), 3, 3, TimeUnit.SECONDS);
    }
  }

  /** Keeps the lease as an agent does, however slow this machine is. */
  private static void renew(String task) {
    ObjectNode body =
        Services.JSON
            .createObjectNode()
            .put("agent", "intruder")
            .put("holder", HOLDER)
            .put("pool", "default");
    body.put("slots", 2)
        .putArray("runs")
        .addObject()
        .put("runUid", claims.get(task).get("runUid").asText())
        .put("attempt", 1);
    SERVICES.post(
        SERVICES.taskApi() + "/internal/agents/heartbeats",
        SERVICES.serviceToken("slipway-run-agent"),
        body);
  }

  @AfterAll
  static void letTheAgentsGoOn() throws Exception {
    HEARTS.shutdownNow();
    signal("CONT");
    git.close();
    for (String run : runs.values()) {
      CAST.finished(run, Duration.ofSeconds(120));
    }
  }

  @Test
  @Order(1)
  void shouldLendExactlyWhatWasAsked() {
    Services.Answer lease = lease("withkey", CAST.baseServer(), PULL);

    assertThat(lease.status()).as("%s", lease.body()).isEqualTo(200);
    JsonNode token = Services.claims(lease.body().get("password").asText());
    assertThat(token.get("aud").toString()).contains(CAST.baseServer());
    assertThat(token.get("access").toString())
        .isEqualTo(
            "[{\"type\":\"repository\",\"name\":\"baseimages/node\",\"actions\":[\"pull\"]}]");
    assertThat(token.get("sub").asText() + token.path("oid").asText())
        .contains(principals.get("withkey"));
  }

  @Test
  @Order(2)
  void rejectsTheCredentialOfAnotherTask() {
    Services.Answer refused = lease("nokey-", CAST.baseServer(), PULL);

    assertThat(refused.status()).isEqualTo(404);
    assertThat(refused.body().at("/error/code").asText()).isEqualTo("NoCredential");
  }

  @Test
  @Order(3)
  void rejectsAPushWithAcrPull() {
    Services.Answer refused =
        lease("withkey", CAST.baseServer(), "repository:baseimages/node:pull,push");

    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.body().toString()).contains("AcrPush", principals.get("withkey"));
  }

  /** The token that the identity got for its pull is shown to the registry itself. */
  @Test
  @Order(3)
  void rejectsAPushToTheRegistryWithTheTokenOfAPull() {
    String server = CAST.baseServer();
    String token = lease("withkey", server, PULL).body().get("password").asText();

    assertThat(SERVICES.registry(server, "GET", "/v2/baseimages/node/manifests/15-alpine", token))
        .isEqualTo(200);
    assertThat(SERVICES.registry(server, "POST", "/v2/baseimages/node/blobs/uploads/", token))
        .isEqualTo(401);
    assertThat(
            SERVICES.registry(server, "DELETE", "/v2/baseimages/node/manifests/15-alpine", token))
        .isEqualTo(401);
    assertThat(SERVICES.registry(server, "GET", "/v2/other/image/tags/list", token)).isEqualTo(401);
  }

  @Test
  @Order(4)
  void rejectsATokenOfAnotherKind() {
    ObjectNode body = Services.JSON.createObjectNode().put("loginServer", CAST.baseServer());
    body.putArray("scopes").add(PULL);

    assertThat(
            SERVICES
                .post(
                    SERVICES.broker() + "/leases", SERVICES.serviceToken("slipway-run-agent"), body)
                .status())
        .isEqualTo(401);
  }

  @Test
  @Order(5)
  void rejectsALeaseThatWasFencedOff() {
    // Given
    HEARTS.shutdownNow();
    signalled("CONT");
    assertThat(CAST.finished(runs.get("withkey"), Duration.ofSeconds(120))).isEqualTo("Succeeded");

    // When
    Services.Answer refused = lease("withkey", CAST.baseServer(), PULL);

    // Then
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.body().at("/error/code").asText()).isEqualTo("LeaseNotActive");
  }

  private static Services.Answer lease(String task, String loginServer, String scope) {
    ObjectNode body = Services.JSON.createObjectNode().put("loginServer", loginServer);
    body.putArray("scopes").add(scope);
    return SERVICES.post(
        SERVICES.broker() + "/leases",
        claims.get(task).get("runToken").asText(),
        body,
        "Slipway-Holder-Key",
        SECRET);
  }

  private static JsonNode claim(String runId) {
    UUID[] uid = new UUID[1];
    Platform.await(
        "run " + runId + " is in the queue",
        Duration.ofSeconds(20),
        () -> {
          uid[0] = queued(runId);
          return uid[0] != null;
        });
    ObjectNode body =
        Services.JSON
            .createObjectNode()
            .put("agent", "intruder")
            .put("holder", HOLDER)
            .put("pool", "default");
    body.putArray("runs").addObject().put("runUid", uid[0].toString()).put("attempt", 1);
    Services.Answer answer =
        SERVICES.post(
            SERVICES.taskApi() + "/internal/agents/claims",
            SERVICES.serviceToken("slipway-run-agent"),
            body);
    assertThat(answer.body().at("/claims/0/outcome").asText())
        .as("%s", answer.body())
        .isEqualTo("Claimed");
    return answer.body().at("/claims/0");
  }

  private static UUID queued(String runId) {
    return Topic.of(PLATFORM, "run-queue.default").stream()
        .map(record -> {
          try {
            return Services.JSON.readTree(record.value()).get("run");
          } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
          }
        })
        .filter(run -> run.get("runId").asText().equals(runId))
        .filter(run -> run.get("registry").asText().equals(Cast.REGISTRY))
        .map(run -> UUID.fromString(run.get("runUid").asText()))
        .findFirst()
        .orElse(null);
  }

  private static void signalled(String name) {
    try {
      signal(name);
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }

  private static void signal(String name) throws Exception {
    for (String agent : AGENTS) {
      new ProcessBuilder("kill", "-" + name, "" + PLATFORM.process(agent).pid()).start().waitFor();
    }
  }
}
