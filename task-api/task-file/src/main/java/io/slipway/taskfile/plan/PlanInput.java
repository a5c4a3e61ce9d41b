package io.slipway.taskfile.plan;

import io.slipway.taskfile.expand.ExpansionInput;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a plan depends on besides the file.
 *
 * @param expansion what templates and aliases refer to
 * @param env environment of every step, under what the file says
 * @param workingDirectory folder of steps if the file names none; empty for the workspace
 * @param network network that is there already and that steps use, or null
 * @param runTimeout limit of the run, for warnings; null if it is not known
 */
public record PlanInput(
    ExpansionInput expansion,
    Map<String, String> env,
    String workingDirectory,
    @Nullable String network,
    @Nullable Duration runTimeout) {
  /** Only what templates and aliases refer to. */
  public static PlanInput of(ExpansionInput expansion) {
    return new PlanInput(expansion, Map.of(), "", null, null);
  }

  /** With secrets that have been resolved. */
  public PlanInput withSecrets(Map<String, String> secrets) {
    return new PlanInput(
        expansion.withSecrets(secrets), env, workingDirectory, network, runTimeout);
  }

  /** With the limit of the run. */
  public PlanInput withRunTimeout(Duration limit) {
    return new PlanInput(expansion, env, workingDirectory, network, limit);
  }
}
