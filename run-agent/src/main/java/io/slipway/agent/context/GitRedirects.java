package io.slipway.agent.context;

import io.slipway.agent.run.RunFailedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * Follows a server's redirects before git is called, so that each host on the way is looked at; git
 * itself is told to follow none.
 */
final class GitRedirects {
  private static final int MOST = 5;
  private static final String PROBE = "/info/refs?service=git-upload-pack";

  private final ContextHosts hosts;
  private final HttpClient http =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  GitRedirects(ContextHosts hosts) {
    this.hosts = hosts;
  }

  /** Where the repository really is; the address itself if the server says nothing else. */
  GitAddress follow(GitAddress address)
      throws IOException, RunFailedException, InterruptedException {
    GitAddress at = address;
    for (int hop = 0; hop < MOST; hop++) {
      hosts.allowed(at.host());
      String location = at.isHttp() ? location(at) : "";
      if (location.isEmpty()) {
        return at;
      }
      GitAddress next = GitAddress.redirected(location);
      boolean sameServer = next.host().equalsIgnoreCase(at.host()) && next.port() == at.port();
      // What was meant for one server is not shown to another.
      at =
          new GitAddress(
              next.text(),
              next.scheme(),
              next.host(),
              next.port(),
              sameServer ? at.user() : null,
              sameServer ? at.password() : "");
    }
    throw new RunFailedException("the git repository is redirected more than " + MOST + " times");
  }

  private String location(GitAddress at) throws InterruptedException {
    URI probe = URI.create(at.text() + PROBE);
    try {
      HttpResponse<Void> answer =
          http.send(
              HttpRequest.newBuilder(probe).timeout(Duration.ofSeconds(30)).build(),
              HttpResponse.BodyHandlers.discarding());
      if (answer.statusCode() / 100 != 3) {
        return "";
      }
      String location =
          probe.resolve(answer.headers().firstValue("Location").orElse("")).toString();
      return location.endsWith(PROBE)
          ? location.substring(0, location.length() - PROBE.length())
          : "";
    } catch (IOException | IllegalArgumentException unreachable) {
      // git says it better, and follows nothing.
      return "";
    }
  }
}
