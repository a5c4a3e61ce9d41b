package io.slipway.taskapi.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.contract.RunRef;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;

/** A registry with a task, and runs of it. */
public final class Fixture {
  public static final String TASK_FILE =
      Base64.getEncoder()
          .encodeToString(
              "version: v1.1.0\nsteps:\n  - cmd: bash\n".getBytes(StandardCharsets.UTF_8));

  private final String name;
  private final Api api = Api.administrator();

  private Fixture(String name) {
    this.name = name;
  }

  /** A registry of this name with a task {@code hello}, made if it is not there. */
  public static Fixture of(String name) {
    Fixture fixture = new Fixture(name);
    Api api = fixture.api;
    assertThat(api.put(Api.GROUP, "{'location':'local'}").status()).isIn(200, 201);
    Api.Answer registry =
        api.put(fixture.id(), "{'location':'local','sku':{'name':'Standard'},'properties':{}}");
    assertThat(registry.status()).as(registry.toString()).isIn(200, 201);
    Api.Answer task = api.put(fixture.task("hello"), taskBody(""));
    assertThat(task.status()).as(task.toString()).isEqualTo(200);
    return fixture;
  }

  /** Body of a task; {@code more} goes in front of its properties. */
  public static String taskBody(String more) {
    return "{'location':'local',"
        + more
        + "'properties':{'step':{'type':'EncodedTask','encodedTaskContent':'"
        + TASK_FILE
        + "','values':[]}}}";
  }

  public Api api() {
    return api;
  }

  public String id() {
    return Api.REGISTRIES + "/" + name;
  }

  public String task(String task) {
    return id() + "/tasks/" + task;
  }

  public String run(String runId) {
    return id() + "/runs/" + runId;
  }

  /** Asks for a run of {@code hello}. */
  public RunRef schedule() {
    Api.Answer answer =
        api.post(
            id() + "/scheduleRun", "{'type':'TaskRunRequest','taskId':'" + task("hello") + "'}");
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return ref(answer.at("/properties/runId"), 1);
  }

  public RunRef ref(String runId, int attempt) {
    String uid =
        Ledger.query(
            "select uid from run where run_id = '"
                + runId
                + "' and lower(registry) = '"
                + name.toLowerCase()
                + "'");
    return new RunRef(UUID.fromString(uid), runId, name, "hello", attempt);
  }

  public RunRef attempt(RunRef run, int attempt) {
    return new RunRef(run.runUid(), run.runId(), run.registry(), run.task(), attempt);
  }

  public String status(RunRef run) {
    return api.get(run(run.runId())).at("/properties/status");
  }
}
