package io.slipway.contract;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one step of a run went.
 *
 * @param stepId id of the step within the run
 * @param kind what it did
 * @param outcome how it ended
 * @param startedAt when it began, or null if it never did
 * @param finishedAt when it ended
 */
public record StepResult(
    String stepId,
    StepKind kind,
    StepOutcome outcome,
    @Nullable Instant startedAt,
    Instant finishedAt) {
  /** Characters of ids; Kafka takes a megabyte, and a character may take six bytes in JSON. */
  private static final int MOST_CHARACTERS = 100_000;

  /**
   * The first results that fit into one event with the rest of it. An id may be as long as the file
   * that it stands in, and the end of a run must be sent whatever its steps are called.
   */
  public static List<StepResult> fitting(List<StepResult> results) {
    List<StepResult> fitting = new ArrayList<>();
    int characters = 0;
    for (StepResult result : results) {
      characters += result.stepId().length();
      if (characters > MOST_CHARACTERS) {
        break;
      }
      fitting.add(result);
    }
    return fitting;
  }
}
