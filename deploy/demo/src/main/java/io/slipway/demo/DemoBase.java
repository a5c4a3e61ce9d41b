package io.slipway.demo;

import java.nio.file.Path;
import java.util.function.Consumer;

/** The demo's base image with Node.js, for benchmarks. */
public final class DemoBase {
  private DemoBase() {}

  /**
   * Makes it and pushes it to a registry without TLS.
   *
   * @param folder for what has to be fetched, kept for the next time
   * @param registry host and port
   * @param name repository and tag
   * @param say gets what a person should know
   */
  public static void push(Path folder, String registry, String name, Consumer<String> say) {
    NodePackages packages = NodePackages.find(folder.resolve("packages"), say);
    new NodeImage(folder).push(packages, registry, name, true);
    say.accept("Base image: " + packages.description());
  }
}
