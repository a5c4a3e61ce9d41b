package io.slipway.taskfile.plan;

import java.util.List;

/**
 * What a task file asks for: an immutable graph. Steps stand in the order of the file, and a step
 * comes after earlier ones only, so there is no cycle.
 *
 * @param settings what the file says for the task as a whole
 * @param steps steps in the order of the file
 * @param networks networks to make, or to find made
 * @param volumes secret volumes to make before the first step
 * @param secrets secrets that templates may read
 * @param aliases whether aliases were replaced
 */
public record StepPlan(
    TaskSettings settings,
    List<PlannedStep> steps,
    List<PlannedNetwork> networks,
    List<SecretVolume> volumes,
    List<SecretReference> secrets,
    boolean aliases) {
  public StepPlan {
    steps = List.copyOf(steps);
    networks = List.copyOf(networks);
    volumes = List.copyOf(volumes);
    secrets = List.copyOf(secrets);
  }
}
