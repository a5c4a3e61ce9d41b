package io.slipway.taskapi.dispatch;

/**
 * Runs that wait for the same agents.
 *
 * @param pool agent pool
 * @param os operating system, for example {@code linux}
 * @param architecture processor, for example {@code amd64}
 */
public record Lane(String pool, String os, String architecture) {
  /** The platform as agents report theirs. */
  public String platform() {
    return os + "/" + architecture;
  }

  @Override
  public String toString() {
    return pool + ":" + platform();
  }
}
