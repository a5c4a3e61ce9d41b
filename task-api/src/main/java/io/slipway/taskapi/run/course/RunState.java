package io.slipway.taskapi.run.course;

import io.slipway.contract.RunOutcome;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger knows of a run's course. The attempt is the fence: reports of another attempt are
 * ignored.
 */
public sealed interface RunState {
  /** Number of the current attempt, from 1. */
  int attempt();

  /** Value of the {@code status} property of an ARM run. */
  String status();

  /** Who owns the run, or null if nobody does. */
  default @Nullable RunOwner owner() {
    return null;
  }

  /** Name of the agent that owns the run, or null. */
  default @Nullable String agent() {
    RunOwner owner = owner();
    return owner == null ? null : owner.agent();
  }

  /** Whether the agent that owns the run is to be told to end it. */
  default boolean cancelRequested() {
    return false;
  }

  /**
   * The state with this {@link #status()}.
   *
   * @param owner who owns the run, or null if nobody does
   */
  static RunState of(
      String status, int attempt, @Nullable RunOwner owner, boolean cancelRequested) {
    return switch (status) {
      case "Queued" -> new Queued(attempt);
      case "Started" -> new Started(attempt, Objects.requireNonNull(owner), cancelRequested);
      case "Running" -> new Running(attempt, Objects.requireNonNull(owner), cancelRequested);
      case "Succeeded" -> new Finished(attempt, RunOutcome.SUCCEEDED);
      case "Failed" -> new Finished(attempt, RunOutcome.FAILED);
      case "Canceled" -> new Finished(attempt, RunOutcome.CANCELED);
      case "Timeout" -> new Finished(attempt, RunOutcome.TIMEOUT);
      case "Error" -> new Finished(attempt, RunOutcome.ERROR);
      default -> throw new IllegalArgumentException("status of a run: " + status);
    };
  }

  /**
   * Waits for an agent.
   *
   * @param attempt attempt that the claim will start
   */
  record Queued(int attempt) implements RunState {
    @Override
    public String status() {
      return "Queued";
    }
  }

  /**
   * An agent owns it, no step has begun.
   *
   * @param attempt current attempt
   * @param owner who owns it
   * @param cancelRequested whether the agent is to be told to end it
   */
  record Started(int attempt, RunOwner owner, boolean cancelRequested) implements RunState {
    @Override
    public String status() {
      return "Started";
    }
  }

  /**
   * An agent owns it and a step has begun.
   *
   * @param attempt current attempt
   * @param owner who owns it
   * @param cancelRequested whether the agent is to be told to end it
   */
  record Running(int attempt, RunOwner owner, boolean cancelRequested) implements RunState {
    @Override
    public String status() {
      return "Running";
    }
  }

  /**
   * Over; nothing changes it any more.
   *
   * @param attempt last attempt
   * @param outcome how it ended
   */
  record Finished(int attempt, RunOutcome outcome) implements RunState {
    @Override
    public String status() {
      return switch (outcome) {
        case SUCCEEDED -> "Succeeded";
        case FAILED -> "Failed";
        case CANCELED -> "Canceled";
        case TIMEOUT -> "Timeout";
        case ERROR -> "Error";
      };
    }
  }
}
