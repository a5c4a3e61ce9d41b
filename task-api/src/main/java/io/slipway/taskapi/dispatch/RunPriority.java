package io.slipway.taskapi.dispatch;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.run.course.Run;
import java.util.Map;

/** The tag of a task that says which runs of its registry are first. */
public final class RunPriority {
  public static final String TAG = "slipway.priority";

  private RunPriority() {}

  /** The priority, from 1 to 9; the highest is first. */
  public static int of(Map<String, String> tags) {
    String text = tags.get(TAG);
    return text == null || !isPriority(text) ? Run.Origin.USUAL_PRIORITY : Integer.parseInt(text);
  }

  /** Fails with 400 for a priority that is not a digit from 1 to 9. */
  public static void check(Map<String, String> tags) {
    String text = tags.get(TAG);
    if (text != null && !isPriority(text)) {
      throw ArmException.of(
          400, "InvalidTag", "The tag " + TAG + " must be a digit from 1 to 9, the highest first.");
    }
  }

  private static boolean isPriority(String text) {
    return text.length() == 1 && text.charAt(0) >= '1' && text.charAt(0) <= '9';
  }
}
