package io.slipway.taskfile.plan;

import org.jspecify.annotations.Nullable;

/**
 * Where a step is. One without a state waits. It has no default methods: with them, threads that
 * load it and its kinds at the same time could wait for one another.
 */
public sealed interface StepState {
  StepState RUNNING = new Running();

  /** It ended well. */
  StepState SUCCEEDED = new Succeeded();

  /** It was not started and will not be. */
  StepState SKIPPED = new Skipped();

  /** It failed, with an exit code or, as after a time-out, without. */
  static StepState failed(@Nullable Integer exitCode) {
    return new Failed(exitCode);
  }

  /** It failed and ignores that, with an exit code or without. */
  static StepState ignored(@Nullable Integer exitCode) {
    return new Ignored(exitCode);
  }

  /** Exit code of a step that has ended; null if it has none. */
  @Nullable Integer exitCode();

  /** Whether nothing will happen to it any more. */
  boolean hasEnded();

  record Running() implements StepState {
    @Override
    public @Nullable Integer exitCode() {
      return null;
    }

    @Override
    public boolean hasEnded() {
      return false;
    }
  }

  /** It ended well. */
  record Succeeded() implements StepState {
    @Override
    public Integer exitCode() {
      return 0;
    }

    @Override
    public boolean hasEnded() {
      return true;
    }
  }

  /** It failed; the run fails. */
  record Failed(@Nullable Integer exitCode) implements StepState {
    @Override
    public boolean hasEnded() {
      return true;
    }
  }

  /** It failed and ignores that. */
  record Ignored(@Nullable Integer exitCode) implements StepState {
    @Override
    public boolean hasEnded() {
      return true;
    }
  }

  /** It was not started and will not be. */
  record Skipped() implements StepState {
    @Override
    public @Nullable Integer exitCode() {
      return null;
    }

    @Override
    public boolean hasEnded() {
      return true;
    }
  }
}
