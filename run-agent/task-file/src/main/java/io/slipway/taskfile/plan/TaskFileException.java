package io.slipway.taskfile.plan;

/** Carries a problem out of the depth of a parser; never leaves this module. */
public class TaskFileException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  /** Makes one. */
  public TaskFileException(Problem problem) {
    super(problem.toString());
    this.problem = problem;
  }

  /** Makes one that concerns no place. */
  public TaskFileException(String message) {
    this(new Problem(0, 0, "", message));
  }

  /** The problem. */
  public Problem problem() {
    return problem;
  }
}
