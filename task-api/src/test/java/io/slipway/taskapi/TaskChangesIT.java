package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.slipway.contract.RunOutcome;
import io.slipway.contract.RunRef;
import io.slipway.taskapi.cleanup.ProcessCleanups;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Eventually;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Ledger;
import io.slipway.taskapi.support.Platform;
import io.slipway.taskapi.support.TestAgent;
import io.slipway.taskapi.support.Tokens;
import io.slipway.taskapi.task.DeleteTask;
import io.slipway.taskapi.task.SealContexts;
import io.slipway.taskapi.taskrun.DeleteTaskRun;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A task and what the broker has for it change together, or not at all. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class TaskChangesIT {
  private static final int ROUNDS = 12;

  @Inject DeleteTask deleteTask;
  @Inject DeleteTaskRun deleteTaskRun;
  @Inject ProcessCleanups processCleanups;
  @Inject SealContexts sealContexts;

  @Test
  void shouldKeepCredentialsAndSecretsWhenAChangeIsRefused() {
    Fixture fixture = Fixture.of("refusedchange");
    Api api = fixture.api();
    String task = fixture.task("hello");
    String good = body("one.example", "{'name':'pw','value':'before','isSecret':true}");
    assertThat(api.put(task, good).status()).isEqualTo(200);

    String secretMissing = body("two.example", "{'name':'other','isSecret':true}");
    assertThat(api.put(task, secretMissing).status()).isEqualTo(400);
    String credentialMissing =
        body("two.example", "{'name':'pw','value':'after','isSecret':true}")
            .replace("'customRegistries':{", "'customRegistries':{'three.example':null,");
    assertThat(api.put(task, credentialMissing).status()).isEqualTo(400);

    assertThat(bound("refusedchange")).containsExactly("one.example");
    assertThat(shown(api, task)).containsExactly("one.example");
    try (TestAgent agent = new TestAgent("agent-refused")) {
      JsonNode claim = agent.claim(fixture.schedule().runUid(), 1);
      assertThat(agent.secrets(claim).at("/secrets/pw")).isEqualTo("before");
    }
  }

  /** Whoever makes a task of that name later would have its rights. */
  @Test
  void shouldLeaveNoIdentityOfWhatDidNotComeToBe() throws Throwable {
    Fixture fixture = Fixture.of("orphans");
    Api api = fixture.api();
    String identity = "'identity':{'type':'SystemAssigned'},";
    String refused = body("a.example", "{'name':'never','isSecret':true}");
    assertThat(
            api.put(fixture.task("orphanedtask"), refused.replaceFirst("\\{", "{" + identity))
                .status())
        .isEqualTo(400);
    Eventually.holds(() -> assertThat(principals("orphanedtask")).isEmpty());

    Ledger.change(
        "insert into task (uid, registry_uid, name, name_key, location, tags, identity,"
            + " dependencies, created_at, updated_at, version) select gen_random_uuid(), uid,"
            + " 'diedtask', 'diedtask', 'l', '{}', '{}', '[]', now() - interval '2 hours',"
            + " now() - interval '2 hours', 1 from registry where name = 'orphans'");
    Ledger.change(
        "insert into task_run (uid, registry_uid, name, name_key, location, tags, identity,"
            + " request, digest, created_at, updated_at, version) select gen_random_uuid(), uid,"
            + " 'diedtaskrun', 'diedtaskrun', 'l', '{}', '{}', '{}', '',"
            + " now() - interval '2 hours', now() - interval '2 hours', 0"
            + " from registry where name = 'orphans'");
    for (String died : List.of("tasks/diedtask", "taskRuns/diedtaskrun")) {
      String name = died.substring(died.indexOf('/') + 1);
      Api.Answer made =
          Api.with(Tokens.service("slipway-task-api", "slipway-identity-service"))
              .atIdentity()
              .put(
                  "/internal/system-identities",
                  "{'ownerId':'%s/%s','displayName':'%s'}".formatted(fixture.id(), died, name));
      assertThat(made.status()).as(made.toString()).isEqualTo(200);
      assertThat(principals(name)).hasSize(1);
    }
    VertxContextSupport.subscribeAndAwait(deleteTask::deleteAbandoned);
    VertxContextSupport.subscribeAndAwait(deleteTaskRun::deleteAbandoned);
    VertxContextSupport.subscribeAndAwait(processCleanups::processDue);
    Eventually.holds(() -> {
      assertThat(principals("diedtask")).isEmpty();
      assertThat(principals("diedtaskrun")).isEmpty();
    });
  }

  private static JsonNode principals(String name) {
    return Api.administrator()
        .atIdentity()
        .get("/v1.0/servicePrincipals?$filter=displayName%20eq%20'" + name + "'")
        .json()
        .path("value");
  }

  @Test
  void shouldKeepTheCredentialsOfAContextOutOfSight() {
    Fixture fixture = Fixture.of("contextlogin");
    Api api = fixture.api();
    String task = fixture.task("hello");
    String own = "https://me:planted-pat@git.example/a.git#main";
    assertThat(api.put(task, fileTask(own)).status()).isEqualTo(200);
    String shown = api.get(task).at("/properties/step/contextPath");
    assertThat(shown).isEqualTo("https://***@git.example/a.git#main");

    try (TestAgent agent = new TestAgent("agent-context")) {
      assertThat(address(agent, fixture, "")).isEqualTo(own);
      String other = "{'properties':{'step':{'type':'FileTask','taskFilePath':'b.yaml'}}}";
      assertThat(api.patch(task, other).status()).isEqualTo(200);
      assertThat(api.put(task, fileTask(shown)).status()).as("as it is shown").isEqualTo(200);
      assertThat(address(agent, fixture, "")).isEqualTo(own);

      String theirs = "https://you:planted-too@git.example/b.git";
      assertThat(address(agent, fixture, ",'contextPath':'" + theirs + "'")).isEqualTo(theirs);
      assertThat(address(agent, fixture, ",'contextPath':'https://git.example/a.git#main'"))
          .as("of the task, for an address that the caller chose")
          .isEmpty();
      String link = "https://files.example/a.tgz?sig=planted-sig";
      Api.Answer quick =
          api.post(
              fixture.id() + "/scheduleRun",
              "{'type':'FileTaskRunRequest','platform':{'os':'linux'},'taskFilePath':'a.yaml',"
                  + "'sourceLocation':'"
                  + link
                  + "'}");
      assertThat(quick.status()).as(quick.toString()).isEqualTo(200);
      JsonNode claim = agent.claim(fixture.ref(quick.at("/name"), 1).runUid(), 1);
      assertThat(agent.secrets(claim).at("/secrets/@contextAddress")).isEqualTo(link);
    }

    Api.Answer elsewhere = api.put(task, fileTask("https://***@evil.example/a.git#main"));
    assertThat(elsewhere.status()).isEqualTo(400);
    assertThat(elsewhere.at("/error/message")).contains("contextPath", "***");
    assertThat(api.get(task).text()).doesNotContain("planted");
    assertThat(Ledger.everything(Platform.running().database()))
        .noneMatch(row -> row.contains("planted-"));
    assertThat(Ledger.everything(Platform.running().brokerDatabase()))
        .noneMatch(row -> row.contains("planted-"));
    assertThat(api.put(task, fileTask("https://git.example/a.git")).status()).isEqualTo(200);
    try (TestAgent agent = new TestAgent("agent-context2")) {
      assertThat(address(agent, fixture, "")).isEmpty();
    }
  }

  /** Before they were secrets they were stored as they came. */
  @Test
  void shouldTakeCredentialsOfContextsOutOfOldRows() throws Throwable {
    Fixture fixture = Fixture.of("oldlogin");
    String plain = "https://git.example/a.git#main";
    String own = "https://me:planted-old@git.example/a.git#main";
    assertThat(fixture.api().put(fixture.task("broken"), fileTask(plain)).status()).isEqualTo(200);
    assertThat(fixture.api().put(fixture.task("hello"), fileTask(plain)).status()).isEqualTo(200);
    String old = "replace(%1$s, '" + plain + "', '" + own + "')";
    String here = " where registry_uid = (select uid from registry where name = 'oldlogin')";
    RunRef unreadable = fixture.schedule();
    RunRef ended = fixture.schedule();
    RunRef queued = fixture.schedule();
    RunRef held = fixture.schedule();
    TestAgent holder = new TestAgent("agent-oldholder");
    holder.claim(held.runUid(), 1);
    Ledger.change("update task set properties = " + old.formatted("properties") + here);
    Ledger.change(
        "update task set properties = '{\"contextPath\":\"https://me@x\"'"
            + here
            + " and name = 'broken'");
    Ledger.change(
        "update run set spec = %s, status = 'Canceled', finished_at = now() where uid = '%s'"
            .formatted(old.formatted("spec"), ended.runUid()));
    Ledger.change(
        "update run set spec = %s where uid in ('%s', '%s')"
            .formatted(old.formatted("spec"), queued.runUid(), held.runUid()));
    Ledger.change(
        "update run set spec = '{\"contextPath\":\"https://me@x\"}' where uid = '"
            + unreadable.runUid()
            + "'");
    assertThat(Ledger.everything(Platform.running().database()))
        .anyMatch(row -> row.contains("planted-old"));

    for (int i = 0; i < 2; i++) {
      Void done = VertxContextSupport.subscribeAndAwait(sealContexts::all);
    }
    Ledger.change(
        "update run set status = 'Canceled', finished_at = now() where uid = '"
            + unreadable.runUid()
            + "'");

    assertThat(Ledger.everything(Platform.running().database()))
        .noneMatch(row -> row.contains("planted-old"));
    assertThat(fixture.api().get(fixture.task("hello")).at("/properties/step/contextPath"))
        .isEqualTo("https://***@git.example/a.git#main");
    try (TestAgent agent = new TestAgent("agent-oldlogin")) {
      assertThat(address(agent, fixture, "")).isEqualTo(own);
      // Runs that were not over: one that waits, and one that its agent gives back.
      assertThat(address(agent, queued, 1)).isEqualTo(own);
      holder.release(held.runUid(), 1);
      assertThat(address(agent, held, 2)).isEqualTo(own);
      agent.completed(queued, RunOutcome.CANCELED, null, 0);
    } finally {
      holder.close();
    }
    Eventually.holds(() ->
        assertThat(Ledger.everything(Platform.running().brokerDatabase()))
            .noneMatch(row -> row.contains(queued.runUid().toString())));
    Ledger.change("delete from task" + here + " and name = 'broken'");
  }

  private static String fileTask(String context) {
    return "{'location':'local','properties':{'step':{'type':'FileTask','taskFilePath':'a.yaml',"
        + "'contextPath':'"
        + context
        + "'}}}";
  }

  /** The address that the broker gives to a run of the task; empty if it gives none. */
  private static String address(TestAgent agent, Fixture fixture, String override) {
    Api.Answer run =
        fixture
            .api()
            .post(
                fixture.id() + "/scheduleRun",
                "{'type':'TaskRunRequest','taskId':'"
                    + fixture.task("hello")
                    + "','overrideTaskStepProperties':{'values':[]"
                    + override
                    + "}}");
    assertThat(run.status()).as(run.toString()).isEqualTo(200);
    return address(agent, fixture.ref(run.at("/name"), 1), 1);
  }

  private static String address(TestAgent agent, RunRef run, int attempt) {
    JsonNode claim = agent.claim(run.runUid(), attempt);
    assertThat(claim.toString()).doesNotContain("planted");
    return agent.secrets(claim).at("/secrets/@contextAddress");
  }

  @Test
  void shouldHaveTheCredentialsOfTheChangeThatWasSaved() throws Exception {
    Fixture fixture = Fixture.of("twochanges");
    String task = fixture.task("hello");
    try (ExecutorService two = Executors.newFixedThreadPool(2)) {
      for (int round = 0; round < ROUNDS; round++) {
        List<Callable<Integer>> changes =
            List.of(
                put(fixture, "a%d.example".formatted(round)),
                put(fixture, "b%d.example".formatted(round)));
        for (Future<Integer> change : two.invokeAll(changes)) {
          assertThat(change.get()).isIn(200, 409);
        }
        assertThat(bound("twochanges")).isEqualTo(shown(fixture.api(), task));
      }
    }
  }

  private static Callable<Integer> put(Fixture fixture, String server) {
    return () ->
        fixture
            .api()
            .put(fixture.task("hello"), body(server, "{'name':'open','value':'x'}"))
            .status();
  }

  private static String body(String server, String value) {
    return """
    {'location':'local','properties':{
      'step':{'type':'EncodedTask','encodedTaskContent':'%s','values':[%s]},
      'credentials':{'customRegistries':{'%s':{
        'userName':{'value':'someone','type':'Opaque'},
        'password':{'value':'secret','type':'Opaque'}}}}}}\
    """
        .formatted(Fixture.TASK_FILE, value, server);
  }

  /** Login servers that the task says it has credentials for. */
  private static Set<String> shown(Api api, String task) {
    return names(api.get(task), "/properties/credentials/customRegistries");
  }

  /** Those that the broker has credentials for. */
  private static Set<String> bound(String registry) {
    String uid =
        Ledger.query(
            "select task.uid from task join registry on registry.uid = registry_uid"
                + " where task.name_key = 'hello' and lower(registry.name) = '%s'"
                    .formatted(registry));
    return names(
        Api.service("slipway-task-api").atBroker().get("/internal/owners/" + uid + "/bindings"),
        "/bindings");
  }

  private static Set<String> names(Api.Answer answer, String pointer) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    Set<String> names = new TreeSet<>();
    answer.json().at(pointer).fieldNames().forEachRemaining(names::add);
    return names;
  }
}
