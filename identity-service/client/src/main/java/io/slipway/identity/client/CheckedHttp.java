package io.slipway.identity.client;

import io.slipway.identity.client.egress.CheckedConnections;
import io.slipway.identity.client.egress.EgressPolicy;
import io.slipway.identity.client.egress.EgressRefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.http.Header;
import org.apache.http.HttpEntity;
import org.apache.http.HttpResponse;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.client.methods.HttpEntityEnclosingRequestBase;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.client.methods.HttpRequestBase;
import org.apache.http.entity.ByteArrayEntity;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.jspecify.annotations.Nullable;

/**
 * HTTP to hosts that a user names: each address is checked when it is connected to. Redirects are
 * followed, and credentials for one server are not sent to another.
 *
 * @param <X> what a user is told of a host that is not allowed
 */
public final class CheckedHttp<X extends Exception> {
  private static final int MOST_REDIRECTS = 5;
  private static final int CONNECT_MILLIS = 10_000;
  private static final int SILENCE_MILLIS = 60_000;
  private static final int LAST_PORT = 65_535;
  private static final String AUTHORIZATION = "Authorization";

  private final CloseableHttpClient client;
  private final Function<EgressRefusedException, X> refusal;

  /**
   * A client with connections of its own.
   *
   * @param refusal tells a user which hosts are meant
   */
  public CheckedHttp(
      EgressPolicy egress, List<Path> authorities, Function<EgressRefusedException, X> refusal)
      throws IOException {
    this(CheckedConnections.open(egress, TrustedAuthorities.context(authorities)), refusal);
  }

  /** The same with these connections. */
  public CheckedHttp(
      PoolingHttpClientConnectionManager pool, Function<EgressRefusedException, X> refusal) {
    this.refusal = refusal;
    pool.setMaxTotal(64);
    pool.setDefaultMaxPerRoute(16);
    this.client =
        HttpClientBuilder.create()
            .setConnectionManager(pool)
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setConnectTimeout(CONNECT_MILLIS)
                    .setConnectionRequestTimeout(SILENCE_MILLIS)
                    .setSocketTimeout(SILENCE_MILLIS)
                    .build())
            .disableCookieManagement()
            .disableRedirectHandling()
            .disableContentCompression()
            .disableAutomaticRetries()
            .build();
  }

  /**
   * An answer, while its body can be read.
   *
   * @param status HTTP status, none of the redirects that are followed
   * @param at address that answered in the end
   * @param contentType media type without parameters; empty if the server names none
   * @param retryAfter header {@code Retry-After}; empty without it
   * @param body body; empty if there is none
   */
  public record Answer(
      int status, URI at, String contentType, String retryAfter, InputStream body) {
    /** Whether the status is 200 to 299. */
    public boolean ok() {
      return status / 100 == 2;
    }
  }

  /** Reads an answer, whose body is gone afterwards. */
  @FunctionalInterface
  public interface Reader<T> {
    T read(Answer answer) throws IOException;
  }

  /**
   * Gets what is at an address.
   *
   * @throws X if a host on the way is not allowed
   * @throws IOException if the network or the server fails
   */
  public <T> T get(URI address, Map<String, String> headers, Reader<T> reader)
      throws IOException, X, InterruptedException {
    return call(address, headers, null, reader);
  }

  /** Posts a body; otherwise like {@link #get}. */
  public <T> T post(URI address, Map<String, String> headers, byte[] body, Reader<T> reader)
      throws IOException, X, InterruptedException {
    return call(address, headers, body, reader);
  }

  /**
   * On a thread of its own, because the caller may be interrupted while a server is silent: a read
   * of a platform thread does not notice that, one of a virtual thread ends. The block's end waits
   * for the thread, so no file is written after the caller was told of the end.
   */
  private <T> T call(
      URI address, Map<String, String> headers, byte @Nullable [] body, Reader<T> reader)
      throws IOException, X, InterruptedException {
    try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<T> done = thread.submit(() -> follow(address, headers, body, reader));
      try {
        return done.get();
      } catch (InterruptedException ended) {
        done.cancel(true);
        throw ended;
      } catch (ExecutionException failed) {
        throw unwrapped(failed);
      }
    }
  }

  private IOException unwrapped(ExecutionException failed) throws X {
    Throwable cause = failed.getCause();
    if (cause instanceof EgressRefusedException refused) {
      throw refusal.apply(refused);
    }
    if (cause instanceof RuntimeException broken) {
      throw broken;
    }
    if (cause instanceof Error fatal) {
      throw fatal;
    }
    return cause instanceof IOException network ? network : new IOException(cause);
  }

  private <T> T follow(
      URI address, Map<String, String> headers, byte @Nullable [] body, Reader<T> reader)
      throws IOException {
    URI at = address;
    Map<String, String> sent = new HashMap<>(headers);
    for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
      HttpRequestBase request = request(checked(at), sent, body);
      HttpResponse response = client.execute(request);
      try {
        URI next = redirect(at, response);
        if (next == null) {
          return reader.read(answer(at, response));
        }
        if (body != null) {
          throw new IOException("it redirects a POST, which is not followed");
        }
        if (!isSameServer(at, next)) {
          sent.remove(AUTHORIZATION);
        }
        at = next;
      } finally {
        // Drops what is left of the body: reading it to its end could take for ever.
        request.abort();
      }
    }
    throw new IOException("too many redirects (more than " + MOST_REDIRECTS + ")");
  }

  private static HttpRequestBase request(
      URI at, Map<String, String> headers, byte @Nullable [] body) {
    HttpRequestBase request;
    if (body == null) {
      request = new HttpGet(at);
    } else {
      HttpEntityEnclosingRequestBase post = new HttpPost(at);
      post.setEntity(new ByteArrayEntity(body));
      request = post;
    }
    headers.forEach(request::setHeader);
    return request;
  }

  private static URI checked(URI at) throws IOException {
    String scheme = at.getScheme() == null ? "" : at.getScheme().toLowerCase(Locale.ROOT);
    if (at.getHost() == null
        || at.getPort() > LAST_PORT
        || !scheme.equals("http") && !scheme.equals("https")) {
      throw new IOException("it is not an http or https address");
    }
    return at;
  }

  private static @Nullable URI redirect(URI at, HttpResponse response) throws IOException {
    int status = response.getStatusLine().getStatusCode();
    if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308) {
      return null;
    }
    if (response.getFirstHeader("Location") == null) {
      throw new IOException("it redirects without saying where to");
    }
    URI next;
    try {
      next = at.resolve(response.getFirstHeader("Location").getValue());
    } catch (IllegalArgumentException malformed) {
      throw new IOException("it redirects to what is not an address", malformed);
    }
    if (at.getScheme().equalsIgnoreCase("https") && !"https".equalsIgnoreCase(next.getScheme())) {
      throw new IOException("it redirects from https to " + next.getScheme());
    }
    return next;
  }

  private static Answer answer(URI at, HttpResponse response) throws IOException {
    HttpEntity entity = response.getEntity();
    return new Answer(
        response.getStatusLine().getStatusCode(),
        at,
        header(response, "Content-Type").split(";", 2)[0].strip(),
        header(response, "Retry-After"),
        entity == null ? InputStream.nullInputStream() : entity.getContent());
  }

  private static String header(HttpResponse response, String name) {
    Header first = response.getFirstHeader(name);
    return first == null ? "" : first.getValue();
  }

  private static boolean isSameServer(URI one, URI other) {
    return one.getScheme().equalsIgnoreCase(other.getScheme())
        && one.getHost().equalsIgnoreCase(other.getHost())
        && port(one) == port(other);
  }

  private static int port(URI address) {
    if (address.getPort() >= 0) {
      return address.getPort();
    }
    return address.getScheme().equalsIgnoreCase("https") ? 443 : 80;
  }
}
