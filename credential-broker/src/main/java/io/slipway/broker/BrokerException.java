package io.slipway.broker;

import io.slipway.identity.client.Audience;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A refusal: {@code {"error":{"code","message",…}}}. */
public final class BrokerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final transient Map<String, String> details;
  private final @Nullable Duration retryAfter;

  private BrokerException(
      int status,
      String code,
      String message,
      Map<String, String> details,
      @Nullable Duration retryAfter) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
    this.retryAfter = retryAfter;
  }

  /** 400: what was sent can't be used. */
  public static BrokerException invalid(String code, String message) {
    return new BrokerException(400, code, message, Map.of(), null);
  }

  /** 401: the run token is not good. */
  public static BrokerException invalidRunToken(String message) {
    return new BrokerException(401, "InvalidRunToken", message, Map.of(), null);
  }

  /** 403: the run is over, fenced off, or another agent's. */
  public static BrokerException leaseNotActive() {
    return new BrokerException(
        403,
        "LeaseNotActive",
        "This attempt of the run holds no active lease: it is over, or another agent has the run.",
        Map.of(),
        null);
  }

  /** 403: the identity lacks a right; details name role, principal and scope. */
  public static BrokerException notGranted(String message, Map<String, String> details) {
    return new BrokerException(403, "NotGranted", message, Map.copyOf(details), null);
  }

  /** 404: nothing is bound to the login server. */
  public static BrokerException noCredential(String loginServer) {
    return new BrokerException(
        404, "NoCredential", "The task has no credential for " + loginServer + ".", Map.of(), null);
  }

  /** 403: the run may not act as this identity. */
  public static BrokerException mayNotActAs(String identity) {
    return notGranted(
        "The run may not act as the identity with the id "
            + identity
            + ": it is not an identity of its task, or it no longer exists.",
        Map.of("principalId", identity));
  }

  /**
   * 403: the registry names a token endpoint that may not get an identity's token; no try helps.
   */
  public static BrokerException registryNotTrusted(String message) {
    return new BrokerException(403, "RegistryNotTrusted", message, Map.of(), null);
  }

  /** 502: the registry can't be reached, or is not one that could be logged in to. */
  public static BrokerException registryUnavailable(String message) {
    return new BrokerException(502, "RegistryUnavailable", message, Map.of(), null);
  }

  /** 503: a service of the platform is away. */
  public static BrokerException unavailable(Upstream service, String why, Duration retryAfter) {
    return new BrokerException(
        503, service.code, service.name + " is not available: " + why, Map.of(), retryAfter);
  }

  /** 503: the broker's own database is away. */
  public static BrokerException databaseAway(Duration retryAfter) {
    return new BrokerException(
        503, "ServiceUnavailable", "The database is not available.", Map.of(), retryAfter);
  }

  /** 500: the broker failed. */
  public static BrokerException failed() {
    return new BrokerException(
        500,
        "InternalServerError",
        "The request failed; the service's log says why.",
        Map.of(),
        null);
  }

  /** Services that the broker can't do without. */
  public enum Upstream {
    /** Makes tokens. */
    IDENTITY("identity-service", "IdentityUnavailable", Audience.IDENTITY_SERVICE),
    /** Knows the leases of runs. */
    TASK_API("task-api", "TaskApiUnavailable", Audience.TASK_API);

    private final String name;
    private final String code;
    private final String audience;

    Upstream(String name, String code, String audience) {
      this.name = name;
      this.code = code;
      this.audience = audience;
    }

    /** Of the tokens that it takes. */
    public String audience() {
      return audience;
    }
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  /** Further fields of the error, beside code and message. */
  public Map<String, String> details() {
    return details;
  }

  /** When to come back. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
