package io.slipway.taskapi.agent;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
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
 * @param secrets names of the secrets that it may have, of all that its task has
 * @param vaults whether it may name secrets of key vaults: in a task file, or for the log-in at
 *     another registry; null for a run that was claimed by an earlier version, and may
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record RunRights(
    List<String> mayActAs, boolean ownRegistry, List<String> secrets, @Nullable Boolean vaults) {
  /** A run that was claimed by an earlier version has no names, and gets no secrets. */
  RunRights {
    secrets = secrets == null ? List.of() : List.copyOf(secrets);
  }

  /** Those of a run with this specification. */
  static RunRights of(StoredSpec spec) {
    return new RunRights(
        spec.mayActAs(),
        spec.isForOwnRegistry(),
        spec.step() instanceof TaskStep.WithContext step ? step.secretNames() : List.of(),
        hasTaskFile(spec.step())
            || spec.logins().stream().anyMatch(server -> !server.equals(spec.loginServer())));
  }

  private static boolean hasTaskFile(TaskStep step) {
    return step instanceof TaskStep.FileTask || step instanceof TaskStep.EncodedTask;
  }

  /** Whether key vaults may be read in its name. */
  boolean mayReadVaults() {
    return !Boolean.FALSE.equals(vaults);
  }
}
