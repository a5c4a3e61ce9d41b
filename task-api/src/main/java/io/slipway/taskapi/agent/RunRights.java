package io.slipway.taskapi.agent;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.slipway.contract.agent.TaskStep;
import io.slipway.contract.lease.ActAsRequest.VaultRead;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.definition.AgentStep;
import io.slipway.taskapi.run.StoredSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
 * @param reads what its task file names of key vaults; null as long as the agent has not said so
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
record RunRights(
    List<String> mayActAs,
    boolean ownRegistry,
    List<String> secrets,
    @Nullable Boolean vaults,
    @Nullable Set<VaultRead> reads) {
  /** A run that was claimed by an earlier version has no names, and gets no secrets. */
  RunRights {
    secrets = secrets == null ? List.of() : List.copyOf(secrets);
    reads = reads == null ? null : Set.copyOf(reads);
  }

  /** Those of a run with this specification. */
  static RunRights of(StoredSpec spec) {
    return new RunRights(
        spec.mayActAs(),
        spec.isForOwnRegistry(),
        spec.step() instanceof TaskStep.WithContext step ? step.secretNames() : List.of(),
        hasTaskFile(spec.step())
            || spec.logins().stream().anyMatch(server -> !server.equals(spec.loginServer())),
        null);
  }

  private static boolean hasTaskFile(TaskStep step) {
    return step instanceof TaskStep.FileTask || step instanceof TaskStep.EncodedTask;
  }

  /** Whether key vaults may be read in its name. */
  boolean mayReadVaults() {
    return !Boolean.FALSE.equals(vaults);
  }

  /** Whether this one may be read because the task file names it. */
  boolean mayRead(VaultRead vault) {
    return reads != null && reads.contains(vault);
  }

  /**
   * With what the agent says that the task file names. It says so once, before a step could have
   * told it something else, and no more than the file names, where that is known here.
   *
   * @param begun whether a step has begun
   */
  RunRights reading(Set<VaultRead> said, boolean begun, TaskStep step) {
    if (said.equals(reads)) {
      return this; // the answer was lost
    }
    Optional<Set<VaultRead>> named =
        hasTaskFile(step) ? AgentStep.vaults(step) : Optional.of(Set.of());
    String wrong =
        reads != null
            ? "The run has said already which key vaults its task file names."
            : begun
                ? "A step of the run has begun: it is too late to say which key vaults its task"
                    + " file names."
                : named.isPresent() && !named.get().containsAll(said)
                    ? "The run's task file names other key vaults or identities."
                    : null;
    if (wrong != null) {
      throw ArmException.of(403, "VaultNotNamed", wrong);
    }
    return new RunRights(mayActAs, ownRegistry, secrets, vaults, said);
  }
}
