package io.slipway.builder.registry;

import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpTransport;
import com.google.cloud.tools.jib.api.LogEvent;
import com.google.cloud.tools.jib.http.FailoverHttpClient;
import com.google.cloud.tools.jib.http.Request;
import com.google.cloud.tools.jib.http.Response;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.net.URL;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/**
 * jib's HTTP client with the transport that it is given, and without its fallbacks: it never goes
 * on with an unverified certificate, speaks plain HTTP only where that was allowed, and does not
 * repeat calls (jib would go on for a minute when a registry is down).
 */
final class DirectHttpClient extends FailoverHttpClient {
  private final FailoverHttpClient secure;
  private final FailoverHttpClient plain;
  private final Predicate<String> plainHttp;

  /**
   * One.
   *
   * @param transport how requests are sent; stays open
   * @param plainHttp tells for a {@code host:port} whether it is spoken to without TLS
   */
  DirectHttpClient(HttpTransport transport, Predicate<String> plainHttp) {
    super(false, false, event -> {});
    this.secure = withTransport(false, transport);
    this.plain = withTransport(true, transport);
    this.plainHttp = plainHttp;
  }

  /**
   * jib's client over a transport. There is no public way to make jib trust another certificate
   * authority; the constructor that takes a transport is there for its own tests.
   *
   * @param plain whether http addresses are called; given https ones it would also fall back
   */
  private static FailoverHttpClient withTransport(boolean plain, HttpTransport transport) {
    try {
      Constructor<FailoverHttpClient> constructor =
          FailoverHttpClient.class.getDeclaredConstructor(
              boolean.class,
              boolean.class,
              Consumer.class,
              Supplier.class,
              Supplier.class,
              boolean.class);
      constructor.setAccessible(true);
      Consumer<LogEvent> silent = event -> {};
      Supplier<HttpTransport> same = () -> transport;
      boolean repeat = false;
      return constructor.newInstance(plain, plain, silent, same, same, repeat);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("This version of jib-core has another HTTP client", e);
    }
  }

  @Override
  public Response call(String httpMethod, URL url, Request request) throws IOException {
    if (plainHttp.test(url.getAuthority())) {
      GenericUrl address = new GenericUrl(url);
      address.setScheme("http");
      return plain.call(httpMethod, address.toURL(), request);
    }
    if (!url.getProtocol().equals("https")) {
      throw new SSLException("Refused to speak plain HTTP to " + url.getAuthority());
    }
    return secure.call(httpMethod, url, request);
  }
}
