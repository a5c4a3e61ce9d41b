package io.slipway.agent.http;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.agent.config.AgentConfig;
import io.slipway.builder.TrustedAuthorities;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * JSON over HTTP to the other services: the one place where JSON is a tree; callers see records.
 * Blocks; for virtual threads.
 */
@ApplicationScoped
public class HttpCalls {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int LARGEST_ERROR = 1 << 16;

  private final HttpClient http;
  private final ObjectMapper json;

  /** Trusts the JDK's authorities and the configured one. */
  public HttpCalls(ObjectMapper json, AgentConfig config) throws IOException {
    // A service of a later version may say more than this one knows.
    this.json = json.copy().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5));
    if (config.caFile().isPresent()) {
      client.sslContext(TrustedAuthorities.context(List.of(config.caFile().get())));
    }
    this.http = client.build();
  }

  /** An answer, a success or not. */
  public final class Answer {
    private final int status;
    private final Duration retryAfter;
    private final JsonNode body;

    private Answer(int status, Duration retryAfter, JsonNode body) {
      this.status = status;
      this.retryAfter = retryAfter;
      this.body = body;
    }

    /** HTTP status. */
    public int status() {
      return status;
    }

    /** What the header {@code Retry-After} says in seconds; zero without it. */
    public Duration retryAfter() {
      return retryAfter;
    }

    /** Whether it is a success. */
    public boolean ok() {
      return status / 100 == 2;
    }

    /**
     * The body as a message.
     *
     * @throws IOException if it is not one of that form
     */
    public <T> T as(Class<T> message) throws IOException {
      return json.treeToValue(body, message);
    }

    JsonNode body() {
      return body;
    }

    /** The error's code; empty if there is none. */
    public String code() {
      return body.at("/error/code").asText();
    }

    /** The error's text, or what there is of it. */
    public String message() {
      return body.at("/error/message").asText("HTTP status " + status);
    }
  }

  /** Posts an object with a bearer token. */
  public Answer post(String address, String token, Object body)
      throws IOException, InterruptedException {
    return post(address, token, body, LIMIT);
  }

  /** Posts an object with a bearer token and waits for the answer at most so long. */
  public Answer post(String address, String token, Object body, Duration limit)
      throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(URI.create(address))
            .timeout(limit)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body)))
            .build());
  }

  /** Gets an object with a bearer token. */
  public Answer get(String address, String token) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(URI.create(address))
            .timeout(LIMIT)
            .header("Authorization", "Bearer " + token)
            .header("Accept", "application/json")
            .GET()
            .build());
  }

  /** Posts a form. */
  public Answer form(String address, String form) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(URI.create(address))
            .timeout(LIMIT)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build());
  }

  /** Takes an answer of 200 as it comes. */
  @FunctionalInterface
  public interface Body {
    /** Reads it; it ends with the call. */
    void read(InputStream body) throws IOException;
  }

  /**
   * Gets something large with a bearer token.
   *
   * @return the answer; its body is empty if {@code body} got it
   */
  public Answer get(String address, String token, Map<String, String> headers, Body body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address))
            .timeout(LIMIT)
            .header("Authorization", "Bearer " + token)
            .GET();
    headers.forEach(request::header);
    HttpResponse<InputStream> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream in = response.body()) {
      if (response.statusCode() == 200) {
        body.read(in);
        return new Answer(200, Duration.ZERO, json.createObjectNode());
      }
      return answer(response, in.readNBytes(LARGEST_ERROR));
    }
  }

  private Answer send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    return answer(response, response.body());
  }

  private Answer answer(HttpResponse<?> response, byte[] body) {
    Duration retryAfter = retryAfter(response);
    try {
      JsonNode read = body.length == 0 ? json.createObjectNode() : json.readTree(body);
      return new Answer(response.statusCode(), retryAfter, read);
    } catch (IOException noJson) {
      return new Answer(response.statusCode(), retryAfter, json.createObjectNode());
    }
  }

  /** Seconds only: none of our services sends a date. */
  private static Duration retryAfter(HttpResponse<?> response) {
    String header = response.headers().firstValue("Retry-After").orElse("");
    return header.matches("\\d{1,4}")
        ? Duration.ofSeconds(Integer.parseInt(header))
        : Duration.ZERO;
  }
}
