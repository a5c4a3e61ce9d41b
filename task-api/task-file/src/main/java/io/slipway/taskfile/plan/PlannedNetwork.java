package io.slipway.taskfile.plan;

/**
 * A network of the run.
 *
 * @param name its name
 * @param driver its driver, for example {@code bridge}; empty for the engine's choice
 * @param ipv6 whether it has IPv6 addresses too
 * @param skipCreation whether it is there already
 * @param isDefault whether steps that name no network use it, if no later one says so too
 */
public record PlannedNetwork(
    String name, String driver, boolean ipv6, boolean skipCreation, boolean isDefault) {
  /** The network of a task that declares none. */
  public static final PlannedNetwork DEFAULT =
      new PlannedNetwork("acb_default_network", "bridge", false, false, true);
}
