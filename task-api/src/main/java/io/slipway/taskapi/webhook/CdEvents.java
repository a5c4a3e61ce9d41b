package io.slipway.taskapi.webhook;

import io.slipway.contract.ImageRef;
import io.slipway.contract.RunCompleted;
import io.slipway.contract.RunEvent;
import io.slipway.contract.RunOutcome;
import io.slipway.contract.RunQueued;
import io.slipway.contract.RunRef;
import io.slipway.contract.RunStarted;
import io.slipway.contract.StepOutcome;
import io.slipway.contract.StepResult;
import io.slipway.taskapi.definition.WebhookAction;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What happens to runs in the words of CDEvents, which other tools for delivery read. A run is a
 * pipeline run, a step a task run, an image an artifact. Pure.
 *
 * @see <a href="https://cdevents.dev/docs/">CDEvents</a>
 */
final class CdEvents {
  private static final String VERSION = "0.3.0";
  private static final String TYPE_VERSION = ".0.1.1";

  /** Steps of a run that are told of. */
  private static final int MOST_STEPS = 100;

  private final RunRef run;
  private final String source;
  private final String url;
  private final List<CdEvent> events = new ArrayList<>();

  private CdEvents(RunRef run, String source, String url) {
    this.run = run;
    this.source = source;
    this.url = url;
  }

  /**
   * An event.
   *
   * @param id the same when it is made again
   * @param body JSON
   */
  record CdEvent(WebhookAction action, String id, String body) {}

  /**
   * The events that one of ours is.
   *
   * @param source of our event
   * @param url of the run
   */
  static List<CdEvent> of(RunEvent event, String source, String url) {
    return switch (event) {
      case RunQueued queued -> new CdEvents(queued.run(), source, url).queued(queued.queuedAt());
      case RunStarted began -> new CdEvents(began.run(), source, url).started(began.startedAt());
      case RunCompleted ended -> new CdEvents(ended.run(), source, url).completed(ended);
      default -> List.of();
    };
  }

  private List<CdEvent> queued(Instant at) {
    add(WebhookAction.RUN_QUEUED, "pipelinerun.queued", "pipelineRun", run.runId(), at, pipeline());
    return events;
  }

  private List<CdEvent> started(Instant at) {
    add(
        WebhookAction.RUN_STARTED,
        "pipelinerun.started",
        "pipelineRun",
        run.runId(),
        at,
        pipeline());
    return events;
  }

  private List<CdEvent> completed(RunCompleted ended) {
    JsonObject content = pipeline().put("outcome", outcome(ended.outcome()));
    put(content, "errors", ended.error());
    add(
        WebhookAction.RUN_COMPLETED,
        "pipelinerun.finished",
        "pipelineRun",
        run.runId(),
        ended.finishedAt(),
        content);
    List<StepResult> steps = ended.details() == null ? List.of() : ended.details().steps();
    steps.stream().limit(MOST_STEPS).forEach(this::step);
    ended.outputImages().forEach(image -> image(image, ended.finishedAt()));
    return events;
  }

  private void step(StepResult step) {
    add(
        WebhookAction.STEP_COMPLETED,
        "taskrun.finished",
        "taskRun",
        run.runId() + "/steps/" + step.stepId(),
        step.finishedAt(),
        new JsonObject()
            .put("taskName", step.stepId())
            .put("url", url)
            .put("pipelineRun", new JsonObject().put("id", run.runId()).put("source", source))
            .put("outcome", outcome(step.outcome())));
  }

  /** Without its digest an image has no name that lasts. */
  private void image(ImageRef image, Instant at) {
    if (image.digest() == null) {
      return;
    }
    String repository = image.repository();
    String name = repository.substring(repository.lastIndexOf('/') + 1);
    String purl =
        "pkg:oci/"
            + name
            + "@"
            + escaped(image.digest())
            + "?repository_url="
            + escaped(image.registry() + "/" + repository)
            + (image.tag() == null ? "" : "&tag=" + escaped(image.tag()));
    add(
        WebhookAction.IMAGE_PUBLISHED,
        "artifact.published",
        "artifact",
        purl,
        at,
        new JsonObject());
  }

  private JsonObject pipeline() {
    return new JsonObject()
        .put("pipelineName", run.task() == null ? "" : run.task())
        .put("url", url);
  }

  private void add(
      WebhookAction action,
      String type,
      String kind,
      String subject,
      Instant at,
      JsonObject content) {
    String name = run.runUid() + "/" + run.attempt() + "/" + type + "/" + subject;
    String id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    JsonObject context =
        new JsonObject()
            .put("version", VERSION)
            .put("id", id)
            .put("source", source)
            .put("type", "dev.cdevents." + type + TYPE_VERSION)
            .put("timestamp", at.toString());
    JsonObject about =
        new JsonObject()
            .put("id", subject)
            .put("source", source)
            .put("type", kind)
            .put("content", content);
    String body = new JsonObject().put("context", context).put("subject", about).encode();
    events.add(new CdEvent(action, id, body));
  }

  /** A run that was canceled or had no time left did neither succeed nor fail. */
  private static String outcome(RunOutcome outcome) {
    return switch (outcome) {
      case SUCCEEDED -> "success";
      case FAILED -> "failure";
      case CANCELED, TIMEOUT, ERROR -> "error";
    };
  }

  private static String outcome(StepOutcome outcome) {
    return switch (outcome) {
      case SUCCEEDED -> "success";
      case FAILED -> "failure";
      case ERRORED, TIMED_OUT, CANCELED, SKIPPED -> "error";
    };
  }

  private static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static void put(JsonObject object, String name, @Nullable String value) {
    if (value != null) {
      object.put(name, value);
    }
  }
}
