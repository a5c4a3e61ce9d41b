package io.slipway.taskapi.http;

/** Another service could not be reached, or answered what it should not. */
public final class Upstream extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String service;
  private final boolean unavailable;

  private Upstream(String service, String message, boolean unavailable) {
    super(message);
    this.service = service;
    this.unavailable = unavailable;
  }

  /** It could not be reached or is overloaded; it may answer later. */
  public static Upstream unavailable(String service, String reason) {
    return new Upstream(service, service + " is not available: " + reason, true);
  }

  /** It refused what this service asked. */
  public static Upstream refused(String service, int status, String detail) {
    return new Upstream(
        service, service + " answered " + status + (detail.isEmpty() ? "" : ": " + detail), false);
  }

  /** Name of the service. */
  public String service() {
    return service;
  }

  /** Whether a repetition may help. */
  public boolean isUnavailable() {
    return unavailable;
  }
}
