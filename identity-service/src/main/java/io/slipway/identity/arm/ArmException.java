package io.slipway.identity.arm;

/** A refusal in ARM's (and Graph's) shape: {@code {"error":{"code","message"}}}. */
public final class ArmException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  public ArmException(int status, String code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** 400: what was sent can't be used. */
  public static ArmException invalid(String code, String message) {
    return new ArmException(400, code, message);
  }

  /** 403: the principal lacks a right. */
  public static ArmException forbidden(String principal, String action, String scope) {
    return new ArmException(
        403,
        "AuthorizationFailed",
        "The principal '%s' has no authorization to perform action '%s' over scope '%s'."
            .formatted(principal, action, scope));
  }

  /** 404: there is no such thing. */
  public static ArmException notFound(String what) {
    return new ArmException(404, "ResourceNotFound", what + " was not found.");
  }

  public int status() {
    return status;
  }

  /** ARM's code. */
  public String code() {
    return code;
  }
}
