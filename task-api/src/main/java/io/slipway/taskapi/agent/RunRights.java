package io.slipway.taskapi.agent;

import io.slipway.contract.agent.TaskStep;
import io.slipway.taskapi.run.StoredSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run's specification says about the identities that it may use; kept beside it, as JSON,
 * because the check of a lease must not read a specification.
 *
 * @param mayActAs principals besides those of its task and registry
 * @param ownRegistry whether the run logs in to its own registry
 * @param importedFrom login server of the registry that it copies from, or null
 */
record RunRights(List<String> mayActAs, boolean ownRegistry, @Nullable String importedFrom) {
  /** Those of a run with this specification. */
  static RunRights of(StoredSpec spec) {
    return new RunRights(
        spec.mayActAs(),
        spec.isForOwnRegistry(),
        spec.step() instanceof TaskStep.Import copy ? copy.source().registry() : null);
  }
}
