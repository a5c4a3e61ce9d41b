package io.slipway.builder.http;

import io.slipway.identity.client.egress.EgressPolicy;
import io.slipway.identity.client.egress.EgressSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.conn.socket.ConnectionSocketFactory;
import org.apache.http.conn.socket.PlainConnectionSocketFactory;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.apache.http.protocol.HttpContext;

/** Kept connections, each of which is made only where a policy allows it. */
public final class CheckedConnections {
  private CheckedConnections() {}

  /** Connections that trust what a context trusts, and are kept for 50 s. */
  public static PoolingHttpClientConnectionManager open(EgressPolicy egress, SSLContext context) {
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
        null,
        50,
        TimeUnit.SECONDS);
  }
}
