package io.slipway.taskapi.http;

/** Another service could not be reached, or answered what it should not. */
public final class Upstream extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean unavailable;

  private Upstream(String message, boolean unavailable) {
    super(message);
    this.unavailable = unavailable;
  }

  /** It could not be reached or is overloaded; it may answer later. */
  public static Upstream unavailable(String service, String reason) {
    return new Upstream(service + " is not available: " + reason, true);
  }

  /** It refused what this service asked. */
  public static Upstream refused(String service, int status, String detail) {
    return new Upstream(
        service + " answered " + status + (detail.isEmpty() ? "" : ": " + detail), false);
  }

  /** Whether a repetition may help. */
  public boolean isUnavailable() {
    return unavailable;
  }
}
