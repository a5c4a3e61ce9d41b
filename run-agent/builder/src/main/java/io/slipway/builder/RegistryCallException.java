package io.slipway.builder;

import org.jspecify.annotations.Nullable;

/** A registry call did not succeed. The message is for people and holds no secret. */
public class RegistryCallException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What went wrong. */
  public enum Reason {
    /** No credential, a wrong one, or one without the right. */
    UNAUTHORIZED,
    /** No such repository, tag, manifest or blob. */
    NOT_FOUND,
    /** Too many calls; all allowed retries were used. */
    RATE_LIMITED,
    /** No connection, no trusted certificate, or the registry failed. */
    UNREACHABLE,
    /** The registry or the image is not as it has to be: wrong digest, unknown format. */
    INVALID,
    /** The store on this machine failed, for example because the disk is full. */
    STORE
  }

  private final Reason reason;
  private final String registry;
  private final String repository;

  /** Makes one. */
  public RegistryCallException(Reason reason, String registry, String repository, String message) {
    super(message);
    this.reason = reason;
    this.registry = registry;
    this.repository = repository;
  }

  /** Makes one with what led to it. */
  public RegistryCallException(
      Reason reason,
      String registry,
      String repository,
      String message,
      @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.registry = registry;
    this.repository = repository;
  }

  /** What went wrong. */
  public Reason reason() {
    return reason;
  }

  /** The registry, as {@code 127.0.0.1:8453}. */
  public String registry() {
    return registry;
  }

  /** The repository in it. */
  public String repository() {
    return repository;
  }
}
