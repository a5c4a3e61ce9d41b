package io.slipway.taskapi.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.eclipse.microprofile.config.ConfigProvider;

/** Calls to the service under test, and to those around it. */
public final class Api {
  public static final ObjectMapper JSON = new ObjectMapper();
  public static final String SUB = "/subscriptions/" + Installation.SUBSCRIPTION;
  public static final String GROUP = SUB + "/resourceGroups/myGroup";
  public static final String REGISTRIES =
      GROUP + "/providers/Microsoft.ContainerRegistry/registries";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final String base;
  private final String token;

  /** Service client whose token it is; null for others. */
  private final String client;

  private Api(String base, String token, String client) {
    this.base = base;
    this.token = token;
    this.client = client;
  }

  /** An answer. */
  public record Answer(int status, HttpResponse<byte[]> raw) {
    public JsonNode json() {
      try {
        return raw.body().length == 0 ? MissingNode.getInstance() : JSON.readTree(raw.body());
      } catch (IOException noJson) {
        throw new IllegalStateException(text(), noJson);
      }
    }

    public String text() {
      return new String(raw.body(), StandardCharsets.UTF_8);
    }

    public String header(String name) {
      return raw.headers().firstValue(name).orElse(null);
    }

    public String at(String pointer) {
      return json().at(pointer).asText();
    }

    @Override
    public String toString() {
      return status + " " + text();
    }
  }

  public static Api with(String token) {
    return new Api(own(), token, null);
  }

  public static Api administrator() {
    return with(Tokens.administrator());
  }

  public static Api service(String client) {
    return new Api(own(), Tokens.service(client), client);
  }

  /** What is held with a run token, as the broker sees it; null if nothing is. */
  public static JsonNode held(String runToken) {
    return service("slipway-credential-broker")
        .post("/internal/leases/checks", "{'tokens':['" + runToken + "']}")
        .json()
        .at("/leases/0");
  }

  public static Api anonymous() {
    return with(null);
  }

  /** The same caller at identity-service. */
  public Api atIdentity() {
    return new Api(Platform.running().identityUrl(), token, client);
  }

  /** The health and metrics of identity-service, which anybody may see who reaches them. */
  public static Api atIdentityHealth() {
    return new Api(Platform.running().identityHealthUrl(), null, null);
  }

  /** The same caller at credential-broker. */
  public Api atBroker() {
    String there = client == null ? token : Tokens.service(client, "slipway-credential-broker");
    return new Api(Platform.running().brokerUrl(), there, client);
  }

  public Answer get(String path, String... headers) {
    return call("GET", path, null, headers);
  }

  public Answer head(String path) {
    return call("HEAD", path, null);
  }

  public Answer put(String path, String body) {
    return call("PUT", path, body);
  }

  public Answer patch(String path, String body) {
    return call("PATCH", path, body);
  }

  public Answer delete(String path) {
    return call("DELETE", path, null);
  }

  public Answer post(String path, String body, String... headers) {
    return call("POST", path, body, headers);
  }

  /** One call; apostrophes in the body stand for quotation marks. */
  public Answer call(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(Duration.ofSeconds(60))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    try {
      HttpResponse<byte[]> answer =
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(answer.statusCode(), answer);
    } catch (IOException failed) {
      throw new IllegalStateException(method + " " + path, failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  /** Address of the service under test. */
  public static String own() {
    return "http://127.0.0.1:"
        + ConfigProvider.getConfig().getValue("quarkus.http.test-port", Integer.class);
  }
}
