package io.slipway.taskapi.log.text;

import io.slipway.contract.RunOutcome;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Last lines of a log that no agent can end. */
public final class RunEnding {
  private RunEnding() {}

  /** The text, with CR LF at its ends. */
  public static String text(
      String runId, RunOutcome outcome, @Nullable String error, Instant created, Instant now) {
    long seconds = Math.max(0, Duration.between(created, now).toSeconds());
    String how =
        switch (outcome) {
          case SUCCEEDED -> "was successful";
          case FAILED, ERROR -> "failed";
          case CANCELED -> "was canceled";
          case TIMEOUT -> "timed out";
        };
    String reason = error == null ? "" : ". Error: " + error;
    return "\r\nRun ID: " + runId + " " + how + " after " + seconds + "s" + reason + "\r\n";
  }
}
