package io.slipway.demo;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import io.slipway.local.state.LocalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/**
 * A base image with Node.js, npm and a shell for machines that cannot reach the public one: two
 * layers made of files of this machine. Named like the public image, so that the demo's commands
 * are the article's.
 */
final class NodeImage {
  /** Repository and tag on the stand-in for the public registry. */
  static final String NAME = "library/node:15-alpine";

  private static final Instant CREATED = Instant.parse("2021-04-06T00:00:00Z");

  private final Path folder;

  NodeImage(Path folder) {
    this.folder = folder;
  }

  /** Pushes the image to a registry with TLS. */
  void push(NodePackages packages, String registry) {
    push(packages, registry, NAME, false);
  }

  /** Pushes the image under a name; to a registry without TLS where that is said. */
  void push(NodePackages packages, String registry, String name, boolean insecure) {
    try {
      Path scratch = Files.createDirectories(folder.resolve("files"));
      RegistryImage target = RegistryImage.named(registry + "/" + name);
      Jib.fromScratch()
          .setFileEntriesLayers(systemLayer(scratch), nodeLayer(packages, scratch))
          .setEnvironment(
              Map.of("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"))
          .setProgramArguments("node")
          .setFormat(ImageFormat.Docker)
          .setCreationTime(CREATED)
          .containerize(
              Containerizer.to(target)
                  .setAllowInsecureRegistries(insecure)
                  .setBaseImageLayersCache(folder.resolve("jib-base"))
                  .setApplicationLayersCache(folder.resolve("jib")));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LocalException("interrupted", interrupted);
    } catch (Exception failed) {
      throw new LocalException("The base image cannot be created: " + failed.getMessage(), failed);
    }
  }

  private static FileEntriesLayer systemLayer(Path scratch) throws IOException {
    return new MachineLayer("system", scratch).system().build();
  }

  /** Node.js and npm. */
  static FileEntriesLayer nodeLayer(NodePackages packages, Path scratch) throws IOException {
    return new MachineLayer("node", scratch)
        .file(packages.node(), "/usr/local/bin/node")
        .tree(packages.npm(), "/usr/local/lib/node_modules/npm", file -> true)
        .script(
            "/usr/local/bin/npm",
            "#!/bin/sh\n"
                + "exec /usr/local/bin/node /usr/local/lib/node_modules/npm/bin/npm-cli.js"
                + " \"$@\"\n")
        .build();
  }
}
