package io.slipway.agent.context;

import io.slipway.agent.api.HttpCalls;
import io.slipway.agent.log.SecretMasker;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Downloads an archive and unpacks it. Three tries on network errors and 5xx; any 4xx ends at once.
 * Each address on the way, after a redirect too, has to be allowed.
 */
@ApplicationScoped
public class FetchTarball {
  private static final int TRIES = 3;
  private static final int MOST_REDIRECTS = 5;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final AddressPolicy policy;
  private final HttpCalls http;

  FetchTarball(AddressPolicy policy, HttpCalls http) {
    this.policy = policy;
    this.http = http;
  }

  /** The server said no; no use in asking again. */
  private static final class Refused extends ContextException {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  /**
   * Downloads.
   *
   * @param target folder that does not exist yet or is empty
   * @param masker gets to know the query of the address, which may be a signature
   */
  public FetchedContext fetch(String address, Path target, SecretMasker masker)
      throws ContextException, InterruptedException {
    URI uri = parse(address);
    if (uri.getRawQuery() != null) {
      masker.add(uri.getRawQuery());
    }
    for (int attempt = 1; ; attempt++) {
      try (InputStream body = open(uri)) {
        ContextArchive.unpack(body, target);
        return new FetchedContext(target, null, "");
      } catch (IOException failed) {
        if (attempt == TRIES) {
          throw new ContextException(
              "the archive could not be downloaded: " + GitAddress.redact(failed.toString()),
              failed);
        }
        Thread.sleep(Duration.ofMillis(250L << attempt));
      }
    }
  }

  private static URI parse(String address) throws ContextException {
    try {
      URI uri = URI.create(address);
      if (uri.getHost() != null && uri.getUserInfo() == null) {
        return uri;
      }
    } catch (IllegalArgumentException malformed) {
      // Falls through.
    }
    throw new ContextException(
        "'" + GitAddress.redact(address) + "' is no address of an archive: https://host/path");
  }

  private InputStream open(URI address)
      throws IOException, ContextException, InterruptedException {
    URI uri = address;
    for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      if (!"https".equals(uri.getScheme()) && !"http".equals(uri.getScheme())) {
        throw new Refused("contexts are fetched by http and https only");
      }
      List<InetAddress> unused = policy.resolve(uri.getHost());
      HttpResponse<InputStream> response =
          http.stream(HttpRequest.newBuilder(uri).timeout(LIMIT).build());
      int status = response.statusCode();
      if (status == 200) {
        return response.body();
      }
      response.body().close();
      String location = response.headers().firstValue("Location").orElse("");
      if (status >= 300 && status < 400 && !location.isEmpty()) {
        uri = uri.resolve(location);
        continue;
      }
      if (status >= 500) {
        throw new IOException("the server answered " + status);
      }
      throw new Refused("the archive could not be downloaded: the server answered " + status);
    }
    throw new Refused("the archive could not be downloaded: too many redirects");
  }
}
