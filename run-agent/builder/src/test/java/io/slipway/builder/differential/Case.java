package io.slipway.builder.differential;

import java.util.Map;

/**
 * A Dockerfile over the context of {@link Cases#writeContext}.
 *
 * @param name unique, fit for a repository
 * @param dockerfile its text; {@code BASE} stands for the base image
 * @param contexts further contexts by name: folders of the context, or {@code BASE}
 * @param plain the same without further contexts, for the Docker that the test has: its classic
 *     client does not know them
 */
record Case(String name, String dockerfile, Map<String, String> contexts, String plain) {
  /** One that both read. */
  Case(String name, String dockerfile) {
    this(name, dockerfile, Map.of(), dockerfile);
  }

  @Override
  public String toString() {
    return name;
  }
}
