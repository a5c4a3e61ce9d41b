package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
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
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The management API of one registry, called over HTTPS as the Azure CLI calls it. */
public final class Api {
  /** Reads and writes JSON. */
  public static final ObjectMapper JSON = new ObjectMapper();

  private static final String VERSION = "?api-version=2019-06-01-preview";
  private static final Set<String> FINAL =
      Set.of("Succeeded", "Failed", "Canceled", "Error", "Timeout");

  /** An answer: status and body. */
  public record Answer(int status, JsonNode body) {
    /** Itself; fails unless the status says success. */
    public Answer succeeded() {
      assertThat(status).as("%s", body).isBetween(200, 299);
      return this;
    }

    /** The message of an error. */
    String message() {
      return body.at("/error/message").asText();
    }
  }

  private final HttpClient http;
  private final String door;
  private final String registry;
  private final Map<String, String> environment;
  private String token;
  private long tokenUntil;

  /**
   * @param environment what {@code ./slipway env} exports
   * @param registry name of the registry
   */
  public Api(Map<String, String> environment, String registry) {
    this.environment = environment;
    this.door = environment.get("SLIPWAY_ARM_ENDPOINT");
    this.registry =
        "%s/subscriptions/%s/resourceGroups/%s/providers/Microsoft.ContainerRegistry/registries/%s"
            .formatted(door, environment.get("SLIPWAY_SUBSCRIPTION_ID"), Cast.GROUP, registry);
    this.http =
        HttpClient.newBuilder()
            .sslContext(trusting(Path.of(environment.get("SLIPWAY_CA_BUNDLE"))))
            .connectTimeout(Duration.ofSeconds(10))
            .build();
  }

  /** A call below the registry's own address. */
  public Answer call(String method, String path, JsonNode body) {
    return call(method, path, body, Map.of());
  }

  /** A call that carries further headers. */
  public Answer call(String method, String path, JsonNode body, Map<String, String> headers) {
    HttpRequest.BodyPublisher publisher =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body.toString());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(registry + path + VERSION))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + token())
            .header("Content-Type", "application/json")
            .method(method, publisher);
    headers.forEach(request::header);
    HttpResponse<String> response = send(request.build(), HttpResponse.BodyHandlers.ofString());
    return new Answer(response.statusCode(), json(response.body()));
  }

  JsonNode get(String path) {
    return call("GET", path, null).succeeded().body();
  }

  /** The ARM id of something below the registry. */
  public String id(String path) {
    return registry.substring(door.length()) + path;
  }

  String loginServer() {
    return get("").at("/properties/loginServer").asText();
  }

  /** Starts a run; answers its id. */
  String schedule(ObjectNode request) {
    Answer answer = call("POST", "/scheduleRun", request);
    assertThat(answer.status()).as("%s for %s", answer.body(), request).isBetween(200, 202);
    return answer.body().at("/properties/runId").asText();
  }

  /** Properties of a run. */
  JsonNode run(String runId) {
    return get("/runs/" + runId).get("properties");
  }

  /** Properties of a run that is over. */
  public JsonNode finished(String runId, Duration limit) {
    JsonNode[] run = new JsonNode[1];
    Platform.await(
        "run " + runId + " is over",
        limit,
        () -> {
          run[0] = run(runId);
          return FINAL.contains(run[0].get("status").asText());
        });
    return run[0];
  }

  void cancel(String runId) {
    call("POST", "/runs/" + runId + "/cancel", null).succeeded();
  }

  /** All of a run's log. */
  public String log(String runId) {
    try (InputStream log = openLog(runId)) {
      return new String(log.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** The log as it is stored. */
  InputStream openLog(String runId) {
    return send(
            HttpRequest.newBuilder(logLink(runId)).timeout(Duration.ofMinutes(1)).build(),
            HttpResponse.BodyHandlers.ofInputStream())
        .body();
  }

  /** Length of the log so far. */
  long logBytes(String runId) {
    return logHead(runId).firstValueAsLong("Content-Length").orElse(0);
  }

  /** Waits until all of the log is stored, which may be later than the end of the run. */
  void awaitLog(String runId) {
    Platform.await(
        "the log of run " + runId + " is complete",
        Duration.ofMinutes(1),
        () -> logHead(runId).firstValue("x-ms-meta-Complete").isPresent());
  }

  private HttpHeaders logHead(String runId) {
    return send(
            HttpRequest.newBuilder(logLink(runId))
                .timeout(Duration.ofMinutes(1))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .headers();
  }

  private URI logLink(String runId) {
    return URI.create(
        call("POST", "/runs/" + runId + "/listLogSasUrl", JSON.createObjectNode())
            .succeeded()
            .body()
            .get("logLink")
            .asText());
  }

  /** Puts bytes to an address that the API gave out for uploads. */
  void upload(String address, byte[] bytes) {
    HttpResponse<String> response =
        send(
            HttpRequest.newBuilder(URI.create(address))
                .timeout(Duration.ofMinutes(1))
                .header("x-ms-blob-type", "BlockBlob")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
  }

  /** A call to the login server itself, as the administrator. */
  HttpResponse<byte[]> registry(String method, String path, String type, byte[] body) {
    String user = environment.get("SLIPWAY_CLIENT_ID");
    String scope = path.replaceFirst("/v2/(.*?)/(manifests|blobs|tags)/.*", "$1");
    String address =
        "%s/oauth2/token?service=%s&scope=repository:%s:pull,push"
            .formatted(door, loginServer(), scope);
    HttpResponse<String> granted =
        send(
            HttpRequest.newBuilder(URI.create(address))
                .timeout(Duration.ofSeconds(20))
                .header(
                    "Authorization",
                    "Basic "
                        + Base64.getEncoder()
                            .encodeToString(
                                (user + ":" + environment.get("SLIPWAY_CLIENT_SECRET"))
                                    .getBytes(StandardCharsets.UTF_8)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://" + loginServer() + path))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + json(granted.body()).get("access_token").asText());
    if (body == null) {
      request.header("Accept", type).method(method, HttpRequest.BodyPublishers.noBody());
    } else {
      request
          .header("Content-Type", type)
          .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    }
    return send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  /** Identity-service's assertion that the administrator sends the event with this digest. */
  public String assertion(String digest) {
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(URI.create(door + "/oauth2/run-requests"))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + token())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"digests\":[\"" + digest + "\"]}"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new UncheckedIOException(
          new IOException("run-requests: " + answer.statusCode() + " " + answer.body()));
    }
    return json(answer.body()).at("/assertions/0").asText();
  }

  private synchronized String token() {
    if (token == null || System.nanoTime() - tokenUntil > 0) {
      Map<String, String> form =
          Map.of(
              "grant_type",
              "client_credentials",
              "client_id",
              environment.get("SLIPWAY_CLIENT_ID"),
              "client_secret",
              environment.get("SLIPWAY_CLIENT_SECRET"),
              "scope",
              door + "/.default");
      HttpResponse<String> answer =
          send(
              HttpRequest.newBuilder(URI.create(door + "/adfs/oauth2/token"))
                  .timeout(Duration.ofSeconds(20))
                  .header("Content-Type", "application/x-www-form-urlencoded")
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          form.entrySet().stream()
                              .map(field -> field.getKey() + "=" + encoded(field.getValue()))
                              .collect(Collectors.joining("&"))))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      token = json(answer.body()).get("access_token").asText();
      tokenUntil = System.nanoTime() + Duration.ofMinutes(3).toNanos();
    }
    return token;
  }

  private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    try {
      return http.send(request, handler);
    } catch (IOException failed) {
      throw new UncheckedIOException(request.method() + " " + request.uri(), failed);
    } catch (InterruptedException interrupted) {
      throw new AssertionError("interrupted", interrupted);
    }
  }

  static JsonNode json(String text) {
    try {
      return text.isBlank() ? JSON.createObjectNode() : JSON.readTree(text);
    } catch (IOException unreadable) {
      throw new AssertionError("not valid JSON: " + text, unreadable);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static SSLContext trusting(Path authority) {
    try (InputStream pem = Files.newInputStream(authority)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry(
          "platform", CertificateFactory.getInstance("X.509").generateCertificate(pem));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException failed) {
      throw new AssertionError(failed);
    }
  }
}
