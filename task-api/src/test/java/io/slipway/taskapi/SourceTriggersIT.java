package io.slipway.taskapi;

import static io.slipway.taskapi.sourcetrigger.delivery.Deliveries.COMMIT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.taskapi.sourcetrigger.FireSources;
import io.slipway.taskapi.sourcetrigger.PollSources;
import io.slipway.taskapi.sourcetrigger.delivery.Deliveries;
import io.slipway.taskapi.sourcetrigger.delivery.Delivery;
import io.slipway.taskapi.sourcetrigger.delivery.SourceProvider;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Eventually;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Ledger;
import io.slipway.taskapi.support.Platform;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Deliveries of git providers start runs: each one, however often it is sent. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class SourceTriggersIT {
  private static final String TRIGGER =
      "'trigger':{'sourceTriggers':[{'name':'s','sourceTriggerEvents':['commit'],"
          + "'sourceRepository':{'sourceControlType':'Github',"
          + "'repositoryUrl':'https://git.example/team/app.git#main','branch':'main'}}]}";

  @Inject FireSources fireSources;
  @Inject PollSources pollSources;

  @BeforeEach
  void leads() {
    Eventually.equal(
        "1", () -> Ledger.query("select count(*) from leader where until > clock_timestamp()"));
  }

  private static Fixture task(String registry, String context) {
    Fixture fixture = Fixture.of(registry);
    Api.Answer put =
        fixture
            .api()
            .put(
                fixture.task("hello"),
                Fixture.taskBody("")
                    .replace("'values':[]", "'values':[],'contextPath':'" + context + "'")
                    .replace("'properties':{", "'properties':{" + TRIGGER + ","));
    assertThat(put.status()).as(put.toString()).isEqualTo(200);
    assertThat(put.header("Warning")).isNull();
    return fixture;
  }

  private record Hook(String path, String secret) {
    Api.Answer post(String body, String signedWith) {
      return post(SourceProvider.GITHUB, body, signedWith);
    }

    Api.Answer post(SourceProvider provider, String body, String signedWith) {
      Delivery delivery = Deliveries.signed(provider, "push", body, signedWith);
      List<String> headers = new ArrayList<>(List.of("Content-Type", "application/json"));
      delivery.headers().forEach((name, value) -> headers.addAll(List.of(name, value)));
      return Api.anonymous()
          .post(
              path,
              new String(delivery.body(), StandardCharsets.UTF_8),
              headers.toArray(String[]::new));
    }
  }

  private static Hook hook(Fixture fixture) {
    JsonNode hook = fixture.api().post(fixture.task("hello") + "/listHooks", null).json().path(0);
    JsonNode trigger = trigger(fixture);
    assertThat(hook.path("address").asText()).isEqualTo(trigger.path("hookAddress").asText());
    assertThat(trigger.toString()).doesNotContain(hook.path("secret").asText());
    return new Hook(
        URI.create(hook.path("address").asText()).getPath(), hook.path("secret").asText());
  }

  private static JsonNode trigger(Fixture fixture) {
    return fixture
        .api()
        .get(fixture.task("hello"))
        .json()
        .at("/properties/trigger/sourceTriggers/0");
  }

  private static String push(String branch) {
    return Deliveries.githubPush("refs/heads/" + branch, COMMIT, Instant.now().getEpochSecond());
  }

  private void sweep() {
    Uni.join()
        .all(fireSources.sweep(), fireSources.sweep(), fireSources.sweep())
        .andFailFast()
        .await()
        .atMost(Duration.ofSeconds(60));
  }

  private static String count(String registry) {
    return Ledger.query(
        "select count(*) from run where trigger_kind = 'Source' and registry = '" + registry + "'");
  }

  @Test
  void shouldBuildTheCommitOnce() {
    Fixture fixture = task("pushed", "https://git.example/team/app.git#main:web");
    Hook hook = hook(fixture);
    String body = push("main");
    for (int i = 0; i < 3; i++) {
      Api.Answer answer = hook.post(body, hook.secret());
      assertThat(answer.status()).as(answer.toString()).isEqualTo(202);
      sweep();
    }

    Eventually.equal("1", () -> count("pushed"));
    JsonNode trigger = trigger(fixture);
    assertThat(trigger.path("lastOccurrence").asText()).isNotEmpty();
    assertThat(trigger.has("lastProblem")).as(trigger.toString()).isFalse();
    JsonNode run =
        fixture
            .api()
            .get(fixture.run(trigger.path("lastRunId").asText()))
            .json()
            .path("properties");
    assertThat(run.path("runType").asText()).isEqualTo("AutoRun");
    JsonNode source = run.path("sourceTrigger");
    assertThat(source.path("eventType").asText()).isEqualTo("commit");
    assertThat(source.path("commitId").asText()).isEqualTo(COMMIT);
    assertThat(source.path("branchName").asText()).isEqualTo("main");
    assertThat(source.path("providerType").asText()).isEqualTo("Github");
    assertThat(source.path("repositoryUrl").asText())
        .isEqualTo("https://git.example/team/app.git#main");
    assertThat(
            Ledger.query(
                "select spec::json->'step'->>'contextPath' from run where registry = 'pushed'"))
        .isEqualTo("https://git.example/team/app.git#" + COMMIT + ":web");
  }

  @Test
  void shouldRefuseWhatIsForgedOrLateOrForNobody() {
    Fixture fixture = task("forged", "https://git.example/team/app.git#main");
    Hook hook = hook(fixture);
    String late = Deliveries.githubPush("refs/heads/main", COMMIT, 1_700_000_000);

    assertThat(hook.post(push("main"), "guessed").status()).isEqualTo(401);
    assertThat(hook.post(late, hook.secret()).at("/error/code")).isEqualTo("DeliveryTooOld");
    assertThat(hook.post("no json", hook.secret()).at("/error/code"))
        .isEqualTo("DeliveryUnreadable");
    Hook elsewhere = new Hook(hook.path() + "x", hook.secret());
    assertThat(elsewhere.post(push("main"), hook.secret()).status()).isEqualTo(404);
    assertThat(Api.anonymous().post(fixture.task("hello") + "/listHooks", null).status())
        .isEqualTo(401);
    Hook other = hook(task("forged2", "https://git.example/team/app.git#main"));
    assertThat(other.post(push("main"), hook.secret()).status()).isEqualTo(401);
    sweep();
    assertThat(count("forged")).isEqualTo("0");
    assertThat(trigger(fixture).has("lastOccurrence")).isFalse();
  }

  @Test
  void shouldSayWhyThereIsNoRun() {
    Fixture fixture = task("unbuilt", "https://git.example/team/other.git");
    Hook hook = hook(fixture);
    assertThat(hook.post(push("dev"), hook.secret()).at("/reasons/0"))
        .isEqualTo("The branch 'dev' is none of the trigger's, [main].");
    assertThat(trigger(fixture).path("lastProblem").asText()).contains("'dev'");
    assertThat(hook.post(push("main"), hook.secret()).status()).isEqualTo(202);
    sweep();
    Eventually.equal(
        "1",
        () ->
            Ledger.query(
                "select count(*) from source_delivery where problem like"
                    + " 'The context of the task is not%'"));
    assertThat(count("unbuilt")).isEqualTo("0");
    Ledger.change(
        "insert into source_delivery (task_uid, name, delivery, registry_uid, problem, accepted)"
            + " select task_uid, name, delivery || number, registry_uid, problem, false"
            + " from source_delivery, generate_series(1, 100) as number"
            + " where problem like 'The branch ''dev''%'");
    String rows = "select count(*) from source_delivery where problem like 'The branch ''more''%'";
    assertThat(hook.post(push("more"), hook.secret()).at("/reasons/0"))
        .isEqualTo("The branch 'more' is none of the trigger's, [main].");
    assertThat(Ledger.query(rows)).isEqualTo("0");
  }

  @Test
  void shouldSendAStoredTokenToNoOtherServer() {
    Fixture fixture = atProvider("moved", "");
    String other =
        "{'properties':{'trigger':{'sourceTriggers':[{'name':'s','sourceRepository':{%s"
            + "'repositoryUrl':'https://evil.example/team/app.git'}}]}}}";
    Api.Answer kept = fixture.api().patch(fixture.task("hello"), other.formatted(""));
    assertThat(kept.status()).isEqualTo(400);
    assertThat(kept.at("/error/message")).contains("the stored one is for another server");
    String auth = "'sourceControlAuthProperties':{'tokenType':'PAT','token':'another'},";
    Api.Answer given = fixture.api().patch(fixture.task("hello"), other.formatted(auth));
    assertThat(given.status()).as(given.toString()).isEqualTo(200);
  }

  /** A server of git and of a provider's API, which wants a token. */
  private static HttpServer provider(List<String> told, AtomicReference<String> commit)
      throws IOException {
    int port = Platform.running().elsewhere();
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] answer = new byte[0];
          if (exchange.getRequestURI().getPath().endsWith("/info/refs")) {
            String line = commit.get() + " refs/heads/main\n";
            String begin = commit.get().isEmpty() ? "<html>" : "";
            answer =
                (begin
                        + "001e# service=git-upload-pack\n0000%04x%s0000"
                            .formatted(line.length() + 4, line))
                    .getBytes(StandardCharsets.UTF_8);
          } else {
            told.add(
                exchange.getRequestURI().getPath()
                    + " "
                    + Api.JSON.readTree(exchange.getRequestBody()).path("state").asText());
          }
          boolean known = exchange.getRequestHeaders().containsKey("Authorization");
          exchange.sendResponseHeaders(known ? 200 : 401, answer.length == 0 ? -1 : answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static Fixture atProvider(String registry, String more) {
    Fixture fixture = Fixture.of(registry);
    String repository = address() + ".git";
    String trigger =
        TRIGGER
            .replace("https://git.example/team/app.git", repository)
            .replace("'name':'s',", "'name':'s'," + more)
            .replace(
                "'branch':'main'",
                "'branch':'main','sourceControlAuthProperties':{'tokenType':'PAT','token':'pat'}");
    Api.Answer put =
        fixture
            .api()
            .put(
                fixture.task("hello"),
                Fixture.taskBody("").replace("'properties':{", "'properties':{" + trigger + ","));
    assertThat(put.status()).as(put.toString()).isEqualTo(200);
    return fixture;
  }

  @Test
  void shouldTellTheProviderHowTheRunGoes() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    HttpServer provider = provider(told, new AtomicReference<>(COMMIT));
    try {
      Fixture fixture = atProvider("statesaid", "");
      Hook hook = hook(fixture);
      String body = push("main").replace(Deliveries.REPOSITORY, address());
      assertThat(hook.post(SourceProvider.GITEA, body, hook.secret()).status()).isEqualTo(202);
      sweep();
      String path = "/api/v1/repos/team/app/statuses/" + COMMIT;
      Eventually.equal("[" + path + " pending]", told::toString);
      String register = fixture.task("hello") + "/registerHook";
      assertThat(fixture.api().post(register, "{'name':'other'}").status()).isEqualTo(404);
      assertThat(fixture.api().post(register, "{'name':'s','provider':'Odd'}").status())
          .isEqualTo(400);
      Api.Answer made = fixture.api().post(register, "{'name':'s','provider':'Gitea'}");
      assertThat(made.status()).as(made.toString()).isEqualTo(204);
      assertThat(told).last().asString().startsWith("/api/v1/repos/team/app/hooks");
      told.removeLast();
      told.removeLast();
      Eventually.equal("[" + path + " pending]", told::toString);
      Ledger.change(
          "update run set status = 'Failed', finished_at = now() where registry = 'statesaid'");
      Eventually.equal("[%1$s pending, %1$s failure]".formatted(path), told::toString);
      assertThat(trigger(fixture).has("lastProblem")).isFalse();
    } finally {
      provider.stop(0);
    }
  }

  @Test
  void shouldSayTheEndAgainWhenAnotherInstanceWasFaster() throws Exception {
    List<String> told =
        new CopyOnWriteArrayList<>() {
          @Override
          public boolean add(String line) {
            boolean slow = isEmpty();
            boolean added = super.add(line);
            if (slow) { // while this is on its way, the run ends and the other leader says so
              Ledger.change(
                  "update run set status = 'Succeeded', finished_at = now()"
                      + " where registry = 'statesraced'");
              Ledger.change(
                  "update source_delivery set state_said = 'success', state_due = null from run"
                      + " where registry = 'statesraced' and run.run_id = source_delivery.run_id");
            }
            return added;
          }
        };
    HttpServer provider = provider(told, new AtomicReference<>(COMMIT));
    try {
      Fixture fixture = atProvider("statesraced", "");
      String body = push("main").replace(Deliveries.REPOSITORY, address());
      Hook hook = hook(fixture);
      assertThat(hook.post(SourceProvider.GITEA, body, hook.secret()).status()).isEqualTo(202);
      sweep();
      String path = "/api/v1/repos/team/app/statuses/" + COMMIT;
      Eventually.equal("[%1$s pending, %1$s success]".formatted(path), told::toString);
    } finally {
      provider.stop(0);
    }
  }

  private static String address() {
    return "http://127.0.0.1:" + Platform.running().elsewhere() + "/team/app";
  }

  @Test
  void shouldAskARepositoryThatTellsNothing() throws Exception {
    AtomicReference<String> commit = new AtomicReference<>(COMMIT);
    HttpServer provider = provider(new CopyOnWriteArrayList<>(), commit);
    try {
      Fixture fixture = atProvider("polledrefs", "'polling':true,");
      poll();
      assertThat(count("polledrefs")).isEqualTo("0");
      String next = COMMIT.replace('5', '6');
      commit.set(next);
      poll();
      poll();
      sweep();
      Eventually.equal("1", () -> count("polledrefs"));
      assertThat(
              Ledger.query(
                  "select source_trigger::json->>'commitId' from run where registry = 'polledrefs'"))
          .isEqualTo(next);
      commit.set("");
      poll();
      assertThat(trigger(fixture).path("lastProblem").asText())
          .startsWith("The repository cannot be asked for commits: ");
    } finally {
      provider.stop(0);
    }
  }

  private void poll() {
    Ledger.change("update source_poll set poll_at = now()");
    pollSources.poll().await().atMost(Duration.ofSeconds(60));
  }
}
