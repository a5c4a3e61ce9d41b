package io.slipway.contract;

/** Why a run did not succeed, in the few words that alerts and statistics go by. */
public enum FailureClass {
  /** What the user wrote, or what it needs: a step failed, a file is wrong, a right is missing. */
  USER,
  /** What the platform or a server that it called could not do. */
  PLATFORM,
  /** What is asked for is not supported here. */
  UNSUPPORTED,
  /** The run took longer than it may. */
  TIMED_OUT,
  /** Somebody ended it, or its registry was deleted. */
  CANCELED,
  /** Its agents were lost, or gave it back too often. */
  AGENT_LOST,
  /** No agent took it in the time that it may wait. */
  NO_AGENT
}
