package io.slipway.e2e;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Git repositories served over plain HTTP on loopback, each with one commit. */
final class GitServer implements AutoCloseable {
  private final Path folder;
  private final HttpServer server;

  GitServer(Path folder) {
    try {
      Platform.delete(folder);
      this.folder = Files.createDirectories(folder).toRealPath();
      server =
          SimpleFileServer.createFileServer(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
              this.folder,
              SimpleFileServer.OutputLevel.NONE);
      server.start();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Makes a repository with the given files on branch main. */
  String repository(String name, Map<String, String> files) {
    try {
      Path work = Platform.freshFolder(name);
      for (Map.Entry<String, String> file : files.entrySet()) {
        Files.writeString(work.resolve(file.getKey()), file.getValue());
      }
      git(work, "init", "-q", "-b", "main");
      git(work, "add", ".");
      git(work, "-c", "user.name=e2e", "-c", "user.email=e2e@localhost", "commit", "-qm", "first");
      Path bare = folder.resolve(name + ".git");
      git(work, "clone", "-q", "--bare", work.toString(), bare.toString());
      git(bare, "update-server-info");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return address(name) + "#main";
  }

  /** Serves a file beside the repositories; answers its address. */
  String publish(String name, String content) {
    try {
      Files.writeString(folder.resolve(name), content);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + name;
  }

  /** Address of a repository. */
  String address(String name) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + name + ".git";
  }

  /** Adds a commit to a branch, which is made from main if it is new. */
  void commit(String name, String branch, Map<String, String> files) {
    try {
      Path work = Platform.freshFolder(name);
      Path bare = folder.resolve(name + ".git");
      git(work, "clone", "-q", bare.toString(), ".");
      git(work, "checkout", "-q", "-B", branch);
      for (Map.Entry<String, String> file : files.entrySet()) {
        Path path = work.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
      }
      git(work, "add", ".");
      git(work, "-c", "user.name=e2e", "-c", "user.email=e2e@localhost", "commit", "-qm", branch);
      git(work, "push", "-q", "origin", branch);
      git(bare, "update-server-info");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Makes a reference of any kind. */
  void reference(String name, String reference, String target) {
    Path bare = folder.resolve(name + ".git");
    git(bare, "update-ref", reference, target);
    git(bare, "update-server-info");
  }

  /** Commit that a repository's branch main is at. */
  String head(String name) {
    return Command.run(
            folder.resolve(name + ".git"),
            Map.of(),
            Duration.ofSeconds(30),
            List.of("git", "rev-parse", "main"))
        .succeeded()
        .out()
        .strip();
  }

  private static void git(Path folder, String... words) {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(words));
    Command.run(folder, Map.of(), Duration.ofSeconds(30), command).succeeded();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
