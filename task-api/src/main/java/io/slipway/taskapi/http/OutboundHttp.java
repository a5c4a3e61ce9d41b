package io.slipway.taskapi.http;

import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.ext.web.client.WebClient;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The HTTP client for the other services. */
@ApplicationScoped
class OutboundHttp {
  static final long TIMEOUT_MILLIS = 10_000;

  private final WebClient client;

  OutboundHttp(Vertx vertx, @ConfigProperty(name = "slipway.ca-file") Optional<String> caFile) {
    WebClientOptions options =
        new WebClientOptions()
            .setMaxPoolSize(64)
            .setConnectTimeout(3_000)
            .setKeepAliveTimeout(30)
            .setFollowRedirects(false)
            .setUserAgent("slipway-task-api");
    caFile.ifPresent(file -> options.setTrustOptions(new PemTrustOptions().addCertPath(file)));
    this.client = WebClient.create(vertx, options);
  }

  WebClient client() {
    return client;
  }

  @PreDestroy
  void close() {
    client.close();
  }
}
