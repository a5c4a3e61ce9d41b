package io.slipway.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** The public hosts that the article takes its base image and its source from. */
final class PublicHosts {
  /** The article's sample application. */
  static final String REPOSITORY = "https://github.com/Azure-Samples/acr-build-helloworld-node.git";

  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final List<URI> NEEDED =
      List.of(
          URI.create("https://registry-1.docker.io/v2/"),
          URI.create(REPOSITORY + "/info/refs?service=git-upload-pack"));

  private PublicHosts() {}

  /** Whether both answer. */
  static boolean reachable() {
    HttpClient http = HttpClient.newBuilder().connectTimeout(LIMIT).build();
    return NEEDED.stream().allMatch(address -> answers(http, address));
  }

  private static boolean answers(HttpClient http, URI address) {
    HttpRequest request = HttpRequest.newBuilder(address).timeout(LIMIT).build();
    try {
      int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      // A registry asks for a token first.
      return status == 200 || status == 401;
    } catch (IOException unreachable) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
