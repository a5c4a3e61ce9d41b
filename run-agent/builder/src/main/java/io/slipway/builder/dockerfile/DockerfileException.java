package io.slipway.builder.dockerfile;

/** A Dockerfile cannot be read; the message says where and why. */
public class DockerfileException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int line;

  /** Makes one for a line, counted from 1. */
  public DockerfileException(int line, String message) {
    super("Dockerfile line " + line + ": " + message);
    this.line = line;
  }

  /** Line, counted from 1. */
  public int line() {
    return line;
  }
}
