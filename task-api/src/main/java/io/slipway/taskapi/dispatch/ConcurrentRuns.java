package io.slipway.taskapi.dispatch;

import com.google.re2j.Pattern;
import io.slipway.taskapi.arm.ArmException;
import java.util.Map;
import java.util.OptionalInt;

/** The tag of a registry that limits how many of its runs are under way at a time. */
public final class ConcurrentRuns {
  public static final String TAG = "slipway.concurrentRuns";

  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,4}");

  private ConcurrentRuns() {}

  /** The limit, unless the tags have none. */
  static OptionalInt of(Map<String, String> tags) {
    String text = tags.get(TAG);
    return text == null || !NUMBER.matcher(text).matches()
        ? OptionalInt.empty()
        : OptionalInt.of(Integer.parseInt(text));
  }

  /** Fails with 400 for a limit that is not a number from 1 to 99999. */
  public static void check(Map<String, String> tags) {
    String text = tags.get(TAG);
    if (text != null && !NUMBER.matcher(text).matches()) {
      throw ArmException.of(
          400, "InvalidTag", "The tag " + TAG + " must be a whole number from 1 to 99999.");
    }
  }
}
