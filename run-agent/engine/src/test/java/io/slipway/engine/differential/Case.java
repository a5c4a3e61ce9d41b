package io.slipway.engine.differential;

/**
 * A Dockerfile over the context of {@link Cases#writeContext}.
 *
 * @param name unique, fit for a repository
 * @param dockerfile its text; {@code BASE} stands for the base image
 */
record Case(String name, String dockerfile) {
  @Override
  public String toString() {
    return name;
  }
}
