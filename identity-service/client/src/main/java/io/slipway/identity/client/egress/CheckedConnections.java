package io.slipway.identity.client.egress;

import java.net.Socket;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.conn.DnsResolver;
import org.apache.http.conn.socket.ConnectionSocketFactory;
import org.apache.http.conn.socket.PlainConnectionSocketFactory;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.apache.http.impl.conn.SystemDefaultDnsResolver;
import org.apache.http.protocol.HttpContext;

/**
 * Kept connections, each of which is made only where a policy allows it: the address that a look-up
 * gave is checked, and that very address is connected to.
 */
public final class CheckedConnections {
  private CheckedConnections() {}

  /** Connections that trust what a context trusts, and are kept for 50 s. */
  public static PoolingHttpClientConnectionManager open(EgressPolicy egress, SSLContext context) {
    return open(egress, context, SystemDefaultDnsResolver.INSTANCE);
  }

  /** The same with names that are looked up elsewhere. */
  public static PoolingHttpClientConnectionManager open(
      EgressPolicy egress, SSLContext context, DnsResolver names) {
    return new PoolingHttpClientConnectionManager(
        RegistryBuilder.<ConnectionSocketFactory>create()
            .register(
                "http",
                new PlainConnectionSocketFactory() {
                  @Override
                  public Socket createSocket(HttpContext unused) {
                    return new EgressSocket(egress);
                  }
                })
            .register(
                "https",
                new SSLConnectionSocketFactory(context) {
                  @Override
                  public Socket createSocket(HttpContext unused) {
                    return new EgressSocket(egress);
                  }
                })
            .build(),
        null,
        null,
        names,
        50,
        TimeUnit.SECONDS);
  }
}
