package io.slipway.builder.registry;

/** Takes lines of progress in Docker's words. May be called from several threads at once. */
@FunctionalInterface
public interface Progress {
  /** One line, without its end. */
  void line(String text);

  /** Drops them. */
  static Progress none() {
    return text -> {};
  }
}
