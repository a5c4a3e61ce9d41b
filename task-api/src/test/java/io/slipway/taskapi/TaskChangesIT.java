package io.slipway.taskapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.slipway.taskapi.support.Api;
import io.slipway.taskapi.support.Fixture;
import io.slipway.taskapi.support.Ledger;
import io.slipway.taskapi.support.Platform;
import io.slipway.taskapi.support.TestAgent;
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
