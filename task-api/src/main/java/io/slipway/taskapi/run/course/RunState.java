package io.slipway.taskapi.run.course;

import io.slipway.contract.RunOutcome;

/**
 * What the ledger knows of a run's course. The attempt is the fence: whoever speaks for another
 * attempt is not heard.
 */
public sealed interface RunState {

  /** Number of the current attempt, from 1. */
  int attempt();

  /** Value of the {@code status} property of an ARM run. */
  String status();

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
   * @param agent name of the agent
   * @param cancelRequested whether the agent is to be told to end it
   */
  record Started(int attempt, String agent, boolean cancelRequested) implements RunState {
    @Override
    public String status() {
      return "Started";
    }
  }

  /**
   * An agent owns it and a step has begun.
   *
   * @param attempt current attempt
   * @param agent name of the agent
   * @param cancelRequested whether the agent is to be told to end it
   */
  record Running(int attempt, String agent, boolean cancelRequested) implements RunState {
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
