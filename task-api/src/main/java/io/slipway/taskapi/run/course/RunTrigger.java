package io.slipway.taskapi.run.course;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.slipway.contract.Causation;
import io.slipway.contract.ImageRef;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What started a run.
 *
 * @param kind {@code Manual}, {@code Event}, {@code Timer}, {@code ImageUpdate} or {@code Source}
 * @param timer null unless a timer did
 * @param imageUpdate null unless new base images did
 * @param source null unless a commit or a pull request did
 * @param request the event that asked for it; null unless one did, and of runs of earlier versions
 */
public record RunTrigger(
    String kind,
    @Nullable Timer timer,
    @Nullable ImageUpdate imageUpdate,
    @Nullable Source source,
    @Nullable Causation request) {
  /** A call, or a task run. */
  public static final RunTrigger MANUAL = new RunTrigger("Manual", null, null, null, null);

  /**
   * A timer, as it is stored and shown.
   *
   * @param timerTriggerName its name
   * @param scheduleOccurrence when it was due
   */
  public record Timer(String timerTriggerName, Instant scheduleOccurrence) {}

  /** A request by event. */
  public static RunTrigger event(Causation request) {
    return new RunTrigger("Event", null, null, null, request);
  }

  /** A timer of the task. */
  public static RunTrigger timer(String name, Instant occurrence) {
    return new RunTrigger("Timer", new Timer(name, occurrence), null, null, null);
  }

  /**
   * Tags that were moved to other images, as they are stored and shown.
   *
   * @param id tells one time from another
   * @param timestamp when the last of them was moved
   * @param images what they point to now
   */
  public record ImageUpdate(String id, Instant timestamp, List<ImageRef> images) {}

  /** Base images of the task. */
  public static RunTrigger imageUpdate(ImageUpdate update) {
    return new RunTrigger("ImageUpdate", null, update, null, null);
  }

  /**
   * A commit or a pull request, as it is stored and shown.
   *
   * @param id of the delivery that told of it
   * @param eventType {@code commit} or {@code pullrequest}
   * @param pullRequestId null for a push
   * @param branchName null for a tag
   * @param providerType who told of it
   * @param tagName null unless a tag was pushed; ARM has no such property
   */
  public record Source(
      String id,
      String eventType,
      String commitId,
      @Nullable String pullRequestId,
      String repositoryUrl,
      @Nullable String branchName,
      String providerType,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String tagName) {
    /** Nobody told of it: the repository was asked. */
    public static final String POLLED = "Git";
  }

  /** A git provider. */
  public static RunTrigger source(Source source) {
    return new RunTrigger("Source", null, null, source, null);
  }
}
