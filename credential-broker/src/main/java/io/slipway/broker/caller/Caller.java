package io.slipway.broker.caller;

/** Roles that endpoints may ask for. */
public final class Caller {
  /** Who shows a run token. */
  public static final String RUN = "run";

  /** Task-api's service client. */
  public static final String TASK_API = "slipway-task-api";

  private Caller() {}
}
