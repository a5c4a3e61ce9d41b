package io.slipway.builder.http;

import io.slipway.builder.EngineException;
import io.slipway.identity.client.egress.CheckedConnections;
import io.slipway.identity.client.egress.EgressPolicy;
import io.slipway.identity.client.egress.EgressRefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.http.Header;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.client.utils.DateUtils;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.ssl.SSLContexts;
import org.jspecify.annotations.Nullable;

/** Fetches what {@code ADD} names by address, from where the egress policy allows it. */
public final class HttpDownload {
  private static final long LARGEST = 4L << 30;
  private static final int MOST_REDIRECTS = 5;
  private static final int LAST_PORT = 65_535;
  private static final RequestConfig PATIENCE =
      RequestConfig.custom().setConnectTimeout(20_000).setSocketTimeout(600_000).build();

  private final EgressPolicy egress;

  public HttpDownload(EgressPolicy egress) {
    this.egress = egress;
  }

  /**
   * Fetches a file. On a virtual thread, whose reads end when the caller is interrupted.
   *
   * @param into is made or overwritten
   * @return when it was changed, as its server says; the epoch if it does not
   */
  public Instant fetch(URI address, Path into) throws EngineException, InterruptedException {
    try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Instant> done = thread.submit(() -> follow(address, into));
      try {
        return done.get();
      } catch (InterruptedException ended) {
        done.cancel(true);
        throw ended;
      }
    } catch (ExecutionException failed) {
      Throwable cause = Objects.requireNonNullElse(failed.getCause(), failed);
      if (cause instanceof EngineException known) {
        throw known;
      }
      String why = "ADD " + address + ": " + cause.getMessage();
      throw cause instanceof EgressRefusedException
          ? EngineException.user(why, cause)
          : new EngineException(EngineException.Cause.NETWORK, why, cause);
    }
  }

  private Instant follow(URI address, Path into) throws EngineException, IOException {
    try (CloseableHttpClient client =
        HttpClientBuilder.create()
            .useSystemProperties()
            .setConnectionManager(CheckedConnections.open(egress, SSLContexts.createDefault()))
            .setDefaultRequestConfig(PATIENCE)
            .disableCookieManagement()
            .disableRedirectHandling()
            .disableContentCompression()
            .build()) {
      URI at = address;
      for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
        requireWeb(at);
        try (CloseableHttpResponse answer = client.execute(new HttpGet(at))) {
          int status = answer.getStatusLine().getStatusCode();
          if (status == 200) {
            try (InputStream body = answer.getEntity().getContent()) {
              save(body, into);
            }
            return changed(answer.getFirstHeader("Last-Modified"));
          }
          if (status / 100 != 3) {
            throw EngineException.user("ADD " + address + ": HTTP " + status);
          }
          at = resolved(at, answer.getFirstHeader("Location"));
        }
      }
      throw EngineException.user("ADD " + address + ": too many redirects");
    }
  }

  private static URI resolved(URI at, @Nullable Header location) throws IOException {
    if (location == null) {
      throw new IOException("a redirect to nowhere");
    }
    try {
      return at.resolve(location.getValue());
    } catch (IllegalArgumentException malformed) {
      throw new IOException("a redirect to what is not an address", malformed);
    }
  }

  private static void requireWeb(URI at) throws EngineException {
    if (at.getHost() == null
        || at.getUserInfo() != null
        || !List.of("http", "https").contains(at.getScheme())) {
      throw EngineException.user("ADD accepts http and https addresses without passwords only");
    }
    if (at.getPort() > LAST_PORT) {
      throw EngineException.user("ADD " + at + ": there is no port " + at.getPort());
    }
  }

  private static void save(InputStream body, Path into) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long total = 0;
    try (OutputStream out = Files.newOutputStream(into)) {
      for (int count = body.read(buffer); count > 0; count = body.read(buffer)) {
        total += count;
        if (total > LARGEST) {
          throw new IOException("it has over " + LARGEST + " bytes");
        }
        out.write(buffer, 0, count);
      }
    }
  }

  private static Instant changed(@Nullable Header header) {
    Date date = header == null ? null : DateUtils.parseDate(header.getValue());
    return date == null ? Instant.EPOCH : date.toInstant();
  }
}
