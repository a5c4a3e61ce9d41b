package io.slipway.local.plan;

import io.slipway.taskfile.alias.AliasSources;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Sources of aliases when a file is planned: files relative to the workspace, and addresses, which
 * must answer within 2 seconds as in ACR Tasks.
 */
final class LocalAliases implements AliasSources {
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final Path workspace;

  LocalAliases(Path workspace) {
    this.workspace = workspace;
  }

  @Override
  public String read(String source) throws IOException {
    if (source.startsWith("https://") || source.startsWith("http://")) {
      return fetch(source);
    }
    try {
      return Files.readString(workspace.resolve(source));
    } catch (NoSuchFileException missing) {
      throw new IOException("open " + source + ": no such file or directory", missing);
    }
  }

  private static String fetch(String address) throws IOException {
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(address)).timeout(LIMIT).build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() > 299) {
        throw new IOException(address + ": " + answer.statusCode() + " " + answer.body());
      }
      return answer.body();
    } catch (IllegalArgumentException malformed) {
      throw new IOException(address + " is not a valid address", malformed);
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      throw new IOException(address + ": interrupted", ended);
    }
  }
}
