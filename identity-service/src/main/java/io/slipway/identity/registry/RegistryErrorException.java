package io.slipway.identity.registry;

import org.jspecify.annotations.Nullable;

/** A refusal in a registry's shape: {@code {"errors":[{"code","message","detail"}]}}. */
final class RegistryErrorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final transient @Nullable Object detail;

  RegistryErrorException(int status, String code, String message, @Nullable Object detail) {
    super(message);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }

  static RegistryErrorException unauthorized() {
    return new RegistryErrorException(
        401, "UNAUTHORIZED", "Authentication failed: unknown client, wrong secret or token.", null);
  }

  static RegistryErrorException invalid(String message) {
    return new RegistryErrorException(400, "UNSUPPORTED", message, null);
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  @Nullable Object detail() {
    return detail;
  }
}
