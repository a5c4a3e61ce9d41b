package io.slipway.agent.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** JSON over HTTP to the other services. Blocks; for virtual threads. */
@ApplicationScoped
public class HttpCalls {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final ObjectMapper json;

  HttpCalls(ObjectMapper json) {
    this.json = json;
  }

  /**
   * An answer.
   *
   * @param status HTTP status
   * @param body body; an empty object if there was none
   */
  public record Answer(int status, JsonNode body) {
    /** Whether it is a success. */
    public boolean ok() {
      return status / 100 == 2;
    }

    /** The error's text, or what there is of it. */
    public String message() {
      return body.at("/error/message").asText("HTTP status " + status);
    }
  }

  /** Posts an object with a bearer token. */
  public Answer post(String address, String token, Object body)
      throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(URI.create(address))
            .timeout(LIMIT)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body)))
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

  private Answer send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    byte[] body = response.body();
    try {
      return new Answer(
          response.statusCode(), body.length == 0 ? json.createObjectNode() : json.readTree(body));
    } catch (IOException noJson) {
      return new Answer(response.statusCode(), json.createObjectNode());
    }
  }
}
