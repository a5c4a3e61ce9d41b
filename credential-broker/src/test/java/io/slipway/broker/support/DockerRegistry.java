package io.slipway.broker.support;

import io.slipway.infra.ChildProcess;
import io.slipway.infra.Waiting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Debian's docker-registry with TLS, which asks identity-service's tokens. */
public final class DockerRegistry {
  private static final Path PROGRAM = Path.of("/usr/bin/docker-registry");
  private final int port = Installation.freePort();
  private final TestAuthority authority;
  private final ChildProcess process;
  private final HttpClient client;

  DockerRegistry(Installation installation, TestAuthority authority, IdentityProcess identity)
      throws Exception {
    if (!Files.isExecutable(PROGRAM)) {
      throw new IllegalStateException(
          PROGRAM + " is missing: apt-get install docker-registry (./slipway test does it).");
    }
    this.authority = authority;
    this.client = HttpClient.newBuilder().sslContext(trusting(authority)).build();
    Path folder = Files.createDirectories(installation.folder().resolve("registry-" + port));
    authority.issue(folder.resolve("server.crt"), folder.resolve("server.key"));
    Files.writeString(folder.resolve("issuer.pem"), certificates(identity));
    Files.writeString(
        folder.resolve("config.yml"),
        """
        version: 0.1
        log: {level: warn}
        storage: {filesystem: {rootdirectory: %s/data}, delete: {enabled: true}}
        http:
          addr: 127.0.0.1:%d
          secret: only-for-a-test
          tls: {certificate: %s/server.crt, key: %s/server.key}
        auth:
          token:
            realm: %s/oauth2/token
            service: %s
            issuer: %s
            rootcertbundle: %s/issuer.pem
        """
            .formatted(
                folder,
                port,
                folder,
                folder,
                identity.url(),
                loginServer(),
                identity.issuer(),
                folder));
    process =
        ChildProcess.start(
            "docker-registry",
            List.of(PROGRAM.toString(), "serve", folder.resolve("config.yml").toString()),
            Map.of("OTEL_TRACES_EXPORTER", "none"),
            folder,
            folder.resolve("registry.log"));
    Waiting.until(process, Duration.ofSeconds(30), this::isReady);
  }

  private static String certificates(IdentityProcess identity) throws Exception {
    try (HttpClient plain = HttpClient.newHttpClient()) {
      return plain
          .send(
              HttpRequest.newBuilder(URI.create(identity.url() + "/oauth2/certificates")).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private static SSLContext trusting(TestAuthority authority) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry("ca", authority.certificate());
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }

  private boolean isReady() {
    try {
      return send("GET", "/v2/", "", null).statusCode() == 401;
    } catch (IOException notYet) {
      return false;
    }
  }

  public String loginServer() {
    return "127.0.0.1:" + port;
  }

  /** Sends a request with a token, as an agent would. */
  public HttpResponse<String> send(String method, String path, String token, String body)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(path.startsWith("https:") ? path : "https://" + loginServer() + path))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (path.contains("/manifests/")) {
      request.header("Content-Type", "application/vnd.oci.image.manifest.v1+json");
      request.header("Accept", "application/vnd.oci.image.manifest.v1+json");
    } else if (body != null) {
      request.header("Content-Type", "application/octet-stream");
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }

  public TestAuthority authority() {
    return authority;
  }

  void close() {
    process.stop(Duration.ofSeconds(5));
    client.close();
  }
}
