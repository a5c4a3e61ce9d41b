package io.slipway.taskapi.definition;

import com.google.re2j.Pattern;
import io.slipway.taskapi.arm.ArmException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How long runs are kept after their end, as a tag of a registry or a task says it: a number of
 * days, or {@code forever}.
 */
public final class RetentionDays {
  /** Name of the tag. */
  public static final String TAG = "slipway.retention-days";

  /** Longer than any run is kept. */
  public static final Duration FOREVER = Duration.ofDays(365_000);

  private static final Pattern DAYS = Pattern.compile("[1-9][0-9]{0,3}");
  private static final String KEPT = "forever";

  private RetentionDays() {}

  /** Fails with 400 if the tag is there and says neither of the two. */
  public static void check(Map<String, String> tags) {
    String given = tags.get(TAG);
    if (given != null && of(tags).isEmpty()) {
      throw ArmException.invalid(
          "tags: %s is '%s', must be a number of days from 1 to 9999, or %s"
              .formatted(TAG, given.length() > 20 ? given.substring(0, 20) + "…" : given, KEPT));
    }
  }

  /** What the tags say; empty if they say nothing. */
  public static Optional<Duration> of(Map<String, String> tags) {
    String given = tags.get(TAG);
    if (given == null) {
      return Optional.empty();
    }
    if (given.equals(KEPT)) {
      return Optional.of(FOREVER);
    }
    return DAYS.matcher(given).matches()
        ? Optional.of(Duration.ofDays(Integer.parseInt(given)))
        : Optional.empty();
  }
}
