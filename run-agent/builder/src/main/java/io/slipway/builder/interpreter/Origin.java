package io.slipway.builder.interpreter;

import io.slipway.builder.ExtraContext;

/** What a name in {@code FROM}, {@code COPY --from} or {@code RUN --mount=from} means. */
sealed interface Origin {
  /** An earlier stage of the Dockerfile, by its number. */
  record Earlier(int stage) implements Origin {}

  /** A further context of the build. */
  record Named(String name, ExtraContext context) implements Origin {}

  /** Nothing at all. */
  record Scratch() implements Origin {}

  /** An image of the run or of a registry. */
  record Image(String name) implements Origin {}
}
