package com.google.cloud.tools.jib.http;

import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpTransport;
import java.io.IOException;
import java.net.URL;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;

/**
 * jib's HTTP client with the transport that it is given, and without its fallbacks: it never goes
 * on with an unverified certificate, speaks plain HTTP only where that was allowed, and does not
 * repeat calls (jib would go on for a minute when a registry is down).
 *
 * <p>Lives in jib's package because the constructor that takes a transport is visible there only;
 * there is no public way to make jib trust another certificate authority.
 */
public final class DirectHttpClient extends FailoverHttpClient {
  private final FailoverHttpClient strict;
  private final Predicate<String> plainHttp;

  /**
   * One.
   *
   * @param transport how requests are sent; stays open
   * @param plainHttp tells for a {@code host:port} whether it is spoken to without TLS
   */
  public DirectHttpClient(HttpTransport transport, Predicate<String> plainHttp) {
    // The fallbacks of this one are never reached: it is only ever given http addresses.
    super(true, true, event -> {}, () -> transport, () -> transport, false);
    this.strict =
        new FailoverHttpClient(false, false, event -> {}, () -> transport, () -> transport, false);
    this.plainHttp = plainHttp;
  }

  @Override
  public Response call(String httpMethod, URL url, Request request) throws IOException {
    if (plainHttp.test(url.getAuthority())) {
      GenericUrl plain = new GenericUrl(url);
      plain.setScheme("http");
      return super.call(httpMethod, plain.toURL(), request);
    }
    if (!url.getProtocol().equals("https")) {
      throw new SSLException("Refused to speak plain HTTP to " + url.getAuthority());
    }
    return strict.call(httpMethod, url, request);
  }
}
