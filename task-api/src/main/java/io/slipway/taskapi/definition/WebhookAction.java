package io.slipway.taskapi.definition;

import java.util.Arrays;
import java.util.List;

/** What webhooks are told of. Those of runs are no actions of ACR. */
public enum WebhookAction {
  /** A manifest was pushed. */
  PUSH("push"),
  /** A manifest was deleted. */
  DELETE("delete"),
  RUN_QUEUED("run_queued"),
  /** Its first step has begun. */
  RUN_STARTED("run_started"),
  RUN_COMPLETED("run_completed"),
  /** A step of a run that is over. */
  STEP_COMPLETED("step_completed"),
  /** An image that a run which is over has built and pushed. */
  IMAGE_PUBLISHED("image_published");

  private final String text;

  WebhookAction(String text) {
    this.text = text;
  }

  /** As ARM has it. */
  public String text() {
    return text;
  }

  /** All of them. */
  public static List<String> all() {
    return Arrays.stream(values()).map(WebhookAction::text).toList();
  }

  /** Those of runs. */
  public static List<String> ofRuns() {
    return all().stream().filter(action -> action.contains("_")).toList();
  }
}
