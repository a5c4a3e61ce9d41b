package io.slipway.taskfile.plan;

import java.util.Set;

/**
 * Ends of a step that let another one start. It has no default methods: with them, threads that
 * load it and its kinds at the same time could wait for one another.
 */
public sealed interface Ends {
  Ends SUCCEEDED = new Succeeded();

  /** It failed, and does not ignore that. */
  Ends FAILED = new Failed();

  /** In whatever way it ended, skipped included. */
  Ends ALWAYS = new Always();

  /** Whether an end is one of them; a step that has not ended has none. */
  boolean contains(StepState state);

  /** Whether they may let a step start in a run that has failed. */
  boolean isNamed();

  /** It succeeded, or failed and ignores that. */
  record Succeeded() implements Ends {
    @Override
    public boolean contains(StepState state) {
      return state instanceof StepState.Succeeded || state instanceof StepState.Ignored;
    }

    @Override
    public boolean isNamed() {
      return false;
    }
  }

  /** It failed, and does not ignore that. */
  record Failed() implements Ends {
    @Override
    public boolean contains(StepState state) {
      return state instanceof StepState.Failed;
    }

    @Override
    public boolean isNamed() {
      return true;
    }
  }

  /** It ended, in whatever way, or was skipped. */
  record Always() implements Ends {
    @Override
    public boolean contains(StepState state) {
      return state.hasEnded();
    }

    @Override
    public boolean isNamed() {
      return true;
    }
  }

  /**
   * It ended with an exit code; a step that was skipped or ended without one (a time-out, a push)
   * is not meant.
   *
   * @param with codes of which it must be one; empty for any
   * @param without codes of which it must not be one
   */
  record ExitCode(Set<Integer> with, Set<Integer> without) implements Ends {
    public ExitCode {
      with = Set.copyOf(with);
      without = Set.copyOf(without);
    }

    @Override
    public boolean contains(StepState state) {
      Integer code = state.exitCode();
      return code != null && (with.isEmpty() || with.contains(code)) && !without.contains(code);
    }

    @Override
    public boolean isNamed() {
      return true;
    }
  }
}
