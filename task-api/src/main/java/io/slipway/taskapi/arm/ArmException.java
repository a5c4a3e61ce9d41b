package io.slipway.taskapi.arm;

import java.util.List;
import java.util.OptionalInt;

/** A request that is refused, in the terms of ARM. */
public final class ArmException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final int retryAfterSeconds;
  private final transient List<ArmError.Inner> details;

  private ArmException(
      int status,
      String code,
      String message,
      int retryAfterSeconds,
      List<ArmError.Inner> details) {
    super(message);
    this.details = List.copyOf(details);
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** A refusal with any status and code. */
  public static ArmException of(int status, String code, String message) {
    return new ArmException(status, code, message, 0, List.of());
  }

  /** The request itself is wrong; the message says where and what would be right. */
  public static ArmException invalid(String message) {
    return of(400, "InvalidRequest", message);
  }

  /** Fields of the request are wrong. */
  public static ArmException invalid(String code, String message, List<ArmError.Inner> details) {
    return new ArmException(400, code, message, 0, details);
  }

  /** There is no such resource. */
  public static ArmException notFound(String resource) {
    return of(404, "ResourceNotFound", "The resource '" + resource + "' was not found.");
  }

  /** It does not go with what is there. */
  public static ArmException conflict(String message) {
    return of(409, "Conflict", message);
  }

  /** The caller may not do this. */
  public static ArmException forbidden(String principal, String action, String scope) {
    return of(
        403,
        "AuthorizationFailed",
        "The client with object id '%s' does not have authorization to perform action '%s' over scope '%s' or the scope is invalid."
            .formatted(principal, action, scope));
  }

  /**
   * The caller asks for more than fits now.
   *
   * @param retryAfterSeconds when a repetition may help
   */
  public static ArmException tooMany(String message, int retryAfterSeconds) {
    return new ArmException(429, "TooManyRequests", message, retryAfterSeconds, List.of());
  }

  /** It may work later. */
  public static ArmException unavailable(String message) {
    return new ArmException(503, "ServiceUnavailable", message, 5, List.of());
  }

  /** HTTP status. */
  public int status() {
    return status;
  }

  /** One by one what is wrong with the request. */
  public List<ArmError.Inner> details() {
    return details;
  }

  /** Code for programs. */
  public String code() {
    return code;
  }

  /** Seconds after which a repetition may help. */
  public OptionalInt retryAfter() {
    return retryAfterSeconds == 0 ? OptionalInt.empty() : OptionalInt.of(retryAfterSeconds);
  }
}
