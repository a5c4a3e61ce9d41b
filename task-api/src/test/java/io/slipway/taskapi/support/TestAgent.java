package io.slipway.taskapi.support;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.contract.EventAttributes;
import io.slipway.contract.ImageDependency;
import io.slipway.contract.ImageRef;
import io.slipway.contract.LogAppended;
import io.slipway.contract.RunCompleted;
import io.slipway.contract.RunEvent;
import io.slipway.contract.RunOutcome;
import io.slipway.contract.RunRef;
import io.slipway.contract.StepKind;
import io.slipway.contract.StepStarted;
import io.slipway.contract.Topics;
import io.slipway.identity.client.HolderKey;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What an agent says, without what it does. */
public final class TestAgent implements AutoCloseable {
  private final String name;
  private final Api api = Api.service("slipway-run-agent");
  private final Bus bus = new Bus();

  /** Signs all that it publishes from now on; null for nothing. */
  public volatile @Nullable String eventKey;

  private final UUID incarnation = UUID.randomUUID();
  private final HolderKey key = HolderKey.fresh();

  public TestAgent(String name) {
    this.name = name;
  }

  /** What its run tokens must be shown with. */
  public HolderKey key() {
    return key;
  }

  /** Asks the broker for a secret of a run that it has claimed. */
  public Api.Answer secrets(JsonNode claim) {
    return Api.with(token(claim)).atBroker().get("/secrets", HolderKey.HEADER, key.secret());
  }

  /** Asks the broker for a credential of a run that it has claimed. */
  public Api.Answer lease(JsonNode claim, String body) {
    return Api.with(token(claim)).atBroker().post("/leases", body, HolderKey.HEADER, key.secret());
  }

  private static String token(JsonNode claim) {
    return claim.path("runToken").asText();
  }

  public Bus bus() {
    return bus;
  }

  /** Claims one attempt and gives the entry of the answer. */
  public JsonNode claim(UUID run, int attempt) {
    Api.Answer answer = claim(run, attempt, 0);
    if (answer.status() != 200) {
      throw new AssertionError(answer);
    }
    return answer.json().at("/claims/0");
  }

  /** Claims one attempt as an agent that signs its events, and gives the key for them. */
  public String claimSigning(UUID run, int attempt) {
    return api.post(
            "/internal/agents/claims",
            "{%s,'signsEvents':true,'runs':[{'runUid':'%s','attempt':%d}]}"
                .formatted(self(), run, attempt))
        .json()
        .at("/claims/0/eventKey")
        .asText();
  }

  /** Claims one attempt, waits so long for the answer, and gives the status of the answer. */
  public int claimStatus(UUID run, int attempt, int withinMillis) {
    return claim(run, attempt, withinMillis).status();
  }

  private Api.Answer claim(UUID run, int attempt, int withinMillis) {
    return api.post("/internal/agents/claims", claimBody(run, attempt, withinMillis));
  }

  private String claimBody(UUID run, int attempt, int withinMillis) {
    return "{%s,'withinMillis':%d,'runs':[{'runUid':'%s','attempt':%d}]}"
        .formatted(self(), withinMillis, run, attempt);
  }

  /** Claims one attempt, or gives it back, on a connection of its own. */
  public HungUpCall begin(String what, UUID run, int attempt) {
    return new HungUpCall("/internal/agents/" + what, claimBody(run, attempt, 0));
  }

  /** Gives one run back. */
  public Api.Answer release(UUID run, int attempt) {
    return api.post(
        "/internal/agents/releases",
        "{%s,'runs':[{'runUid':'%s','attempt':%d}]}".formatted(self(), run, attempt));
  }

  private String self() {
    return "'agent':'%s','incarnation':'%s','holder':'%s','pool':'default'"
        .formatted(name, incarnation, key.holder());
  }

  /** One heartbeat for one run; gives the state. */
  public String beat(UUID run, int attempt) {
    return beatWith(run, attempt).path("state").asText();
  }

  public JsonNode beatWith(UUID run, int attempt) {
    return beatAnswer(run, attempt).json().at("/runs/0");
  }

  /** The same, whatever the answer is. */
  public Api.Answer beatAnswer(UUID run, int attempt) {
    return api.post(
        "/internal/agents/heartbeats",
        "{%s,'slots':2,'runs':[{'runUid':'%s','attempt':%d}]}".formatted(self(), run, attempt));
  }

  public void idle() {
    api.post("/internal/agents/heartbeats", "{%s,'slots':2,'runs':[]}".formatted(self()));
  }

  public void stepStarted(RunRef run, int number) {
    publish(
        Topics.RUN_EVENTS,
        run,
        new StepStarted(run, "acb_step_0", StepKind.BUILD, Instant.now()),
        EventAttributes.sequence(run.attempt(), number));
  }

  public void log(RunRef run, long offset, String text) {
    publish(Topics.RUN_LOGS, run, new LogAppended(run, offset, text), 0);
  }

  public void completed(RunRef run, RunOutcome outcome, String error, long logBytes) {
    completed(run, outcome, error, logBytes, List.of(), List.of());
  }

  public void completed(
      RunRef run,
      RunOutcome outcome,
      String error,
      long logBytes,
      List<ImageRef> images,
      List<ImageDependency> dependencies) {
    publish(
        Topics.RUN_EVENTS,
        run,
        new RunCompleted(run, outcome, error, Instant.now(), logBytes, images, dependencies),
        EventAttributes.sequence(run.attempt(), 50));
  }

  private void publish(String topic, RunRef run, RunEvent event, long sequence) {
    bus.publish(
        topic,
        run.runUid().toString(),
        event,
        UUID.randomUUID(),
        run.attempt(),
        sequence,
        eventKey);
  }

  @Override
  public void close() {
    bus.close();
  }
}
