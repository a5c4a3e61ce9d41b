package io.slipway.bench.build;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** An engine that is measured. */
public interface Contestant extends AutoCloseable {
  String name();

  /** Its name as part of the name of a repository. */
  default String repository() {
    return name().replaceAll("\\W", "").toLowerCase(Locale.ROOT);
  }

  /** Deletes all its images and caches; not measured. */
  void wipe() throws IOException, InterruptedException;

  /**
   * Builds an image and pushes it.
   *
   * @param work what is built
   * @param target name with a tag, in the registry that has the base image
   * @throws IOException if that fails, with the end of what was printed
   */
  void buildAndPush(Work work, String target) throws IOException, InterruptedException;

  @Override
  void close() throws IOException, InterruptedException;

  /**
   * Something to build.
   *
   * @param name its name in the table
   * @param context folder of the context
   * @param dockerfile its Dockerfile
   * @param registry value of the build argument {@code REGISTRY_NAME}
   */
  record Work(String name, Path context, Path dockerfile, String registry) {}
}
