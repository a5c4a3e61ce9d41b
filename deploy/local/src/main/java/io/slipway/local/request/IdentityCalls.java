package io.slipway.local.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** Calls to identity-service, as a client of the platform makes them. */
public final class IdentityCalls implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final URI identity;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(LIMIT).build();

  /** Calls to one identity-service. */
  public IdentityCalls(URI identity) {
    this.identity = identity;
  }

  /**
   * A token for ARM.
   *
   * @param armResource audience of such tokens
   */
  public String armToken(RequestRun.Sender sender, String armResource)
      throws IOException, InterruptedException {
    return form(
            "/adfs/oauth2/token",
            Map.of(
                "grant_type",
                "client_credentials",
                "client_id",
                sender.clientId(),
                "client_secret",
                sender.secret(),
                "scope",
                armResource + "/.default"))
        .path("access_token")
        .asText();
  }

  /** Posts a form. */
  public JsonNode form(String path, Map<String, String> fields)
      throws IOException, InterruptedException {
    String body =
        fields.entrySet().stream()
            .map(field ->
                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return JSON.readTree(
        answer(
            request(path, "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body)),
            path));
  }

  /** Posts JSON with a token. */
  public JsonNode post(String path, Object body, String token)
      throws IOException, InterruptedException {
    return JSON.readTree(
        answer(
            request(path, "application/json")
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))),
            path));
  }

  /** The text at a public address. */
  public String get(String path) throws IOException, InterruptedException {
    return answer(request(path, "text/plain").GET(), path);
  }

  private HttpRequest.Builder request(String path, String type) {
    return HttpRequest.newBuilder(identity.resolve(path))
        .timeout(LIMIT)
        .header("Content-Type", type);
  }

  private String answer(HttpRequest.Builder request, String path)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(
          "identity-service answers %d to %s: %s"
              .formatted(answer.statusCode(), path, answer.body()));
    }
    return answer.body();
  }

  @Override
  public void close() {
    http.close();
  }
}
