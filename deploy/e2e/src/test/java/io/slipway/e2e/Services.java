package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.Properties;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Speaks to the services behind the front door, as someone who has got hold of a service's own
 * secret.
 */
final class Services {
  static final ObjectMapper JSON = new ObjectMapper();

  /** An answer: status and body. */
  record Answer(int status, JsonNode body) {}

  private final HttpClient http = HttpClient.newHttpClient();
  private final Platform platform;

  Services(Platform platform) {
    this.platform = platform;
  }

  String taskApi() {
    return "http://127.0.0.1:" + (platform.portBase() + 1);
  }

  String identity() {
    return "http://127.0.0.1:" + (platform.portBase() + 2);
  }

  String broker() {
    return "http://127.0.0.1:" + (platform.portBase() + 3);
  }

  /** Configuration of a service as the supervisor wrote it. */
  Properties config(String service) {
    Properties properties = new Properties();
    Path file = platform.state().resolve("config").resolve(service + ".properties");
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
      return properties;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Token of a service client for calls of task-api. */
  String serviceToken(String client) {
    try {
      String secret =
          Files.readString(platform.state().resolve("secrets").resolve(client + ".secret")).strip();
      String form =
          "grant_type=client_credentials&client_id="
              + client
              + "&client_secret="
              + encoded(secret)
              + "&scope="
              + encoded("slipway-task-api/.default");
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(identity() + "/adfs/oauth2/token"))
              .timeout(Duration.ofSeconds(20))
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(HttpRequest.BodyPublishers.ofString(form))
              .build();
      Answer answer = send(request);
      assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
      return answer.body().get("access_token").asText();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  Answer post(String address, String token, ObjectNode body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  /** Status of a call to a registry with a token, over TLS as its clients do. */
  int registry(String loginServer, String method, String path, String token) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://" + loginServer + path))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer " + token)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    try (HttpClient client = registryClient()) {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException failed) {
      throw new AssertionError(failed);
    } catch (InterruptedException interrupted) {
      throw new AssertionError("interrupted", interrupted);
    }
  }

  /** A client of registries, over TLS. */
  HttpClient registryClient() {
    try {
      return HttpClient.newBuilder().sslContext(trust()).build();
    } catch (IOException | GeneralSecurityException failed) {
      throw new AssertionError(failed);
    }
  }

  /** Trusts the platform's own authority and no other. */
  private SSLContext trust() throws IOException, GeneralSecurityException {
    KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
    authorities.load(null, null);
    try (var pem = Files.newInputStream(platform.state().resolve("tls/ca.pem"))) {
      authorities.setCertificateEntry(
          "platform", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(authorities);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private Answer send(HttpRequest request) {
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      String body = response.body();
      return new Answer(
          response.statusCode(), body.isBlank() ? JSON.createObjectNode() : JSON.readTree(body));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      throw new AssertionError("interrupted", interrupted);
    }
  }

  /** Claims of a token, not verified. */
  static JsonNode claims(String token) {
    try {
      return JSON.readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
