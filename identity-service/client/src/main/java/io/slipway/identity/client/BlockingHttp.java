package io.slipway.identity.client;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Outgoing HTTP of services that work on virtual threads: JSON to the other services. This is the
 * one place where their JSON is a tree; callers see records. Trusts the JDK's authorities and those
 * of {@code slipway.ca-file}, follows no redirect. Each call blocks for at most 20 seconds, unless
 * it says otherwise.
 */
public final class BlockingHttp {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(3);
  private static final int LARGEST_ERROR = 1 << 16;

  private final HttpClient http;
  private final ObjectMapper json;

  /**
   * Makes the one client of a service.
   *
   * @param json how bodies are written and read
   * @param caFile PEM of authorities to trust besides the JDK's
   * @throws IOException if the file can't be read; names it
   */
  public BlockingHttp(ObjectMapper json, Optional<Path> caFile) throws IOException {
    // A service of a later version may say more than this one knows.
    this.json = json.copy().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    this.http =
        HttpClient.newBuilder()
            // Cheaper than HTTP/2 at both ends for what services ask: few small calls at a time.
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .sslContext(TrustedAuthorities.context(caFile.stream().toList()))
            .build();
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

    public int status() {
      return status;
    }

    /**
     * What the header {@code Retry-After} asks for; zero without it, or if it is more than 3 hours.
     */
    public Duration retryAfter() {
      return retryAfter;
    }

    /** Whether the status is 200 to 299. */
    public boolean ok() {
      return status / 100 == 2;
    }

    /**
     * The body as a message.
     *
     * @throws IOException if it is not one of that form
     */
    public <T> T as(Class<T> message) throws IOException {
      T read = json.treeToValue(body, message);
      if (read == null) {
        throw new IOException("an answer of status " + status + " holds no message");
      }
      return read;
    }

    /**
     * The answers to a call that asked many things at once: each is an object with a {@code
     * status}, and with {@code retryAfter} in seconds if it has one.
     *
     * @param list name of the list in the body
     * @param message name of what a success of the list has as its message
     * @throws IOException if there is no such list
     */
    public List<Answer> each(String list, String message) throws IOException {
      if (!body.path(list).isArray()) {
        throw new IOException("an answer of status " + status + " holds no list of " + list);
      }
      List<Answer> all = new ArrayList<>();
      for (JsonNode one : body.path(list)) {
        all.add(
            new Answer(
                one.path("status").asInt(),
                pause(one.path("retryAfter").asText("")),
                one.has(message) ? one.path(message) : one));
      }
      return all;
    }

    /** The error's code; empty if there is none. */
    public String code() {
      return body.at("/error/code").asText();
    }

    /** The error's text, or the status if the answer has no text. */
    public String message() {
      return body.at("/error/message").asText("HTTP status " + status);
    }
  }

  /** Takes the body of an answer of 200 as it comes. */
  @FunctionalInterface
  public interface Body {
    /** Reads it; the stream is closed after the call. */
    void read(InputStream body) throws IOException;
  }

  /** Posts an object as JSON with a bearer token. */
  public Answer post(String address, String token, Object body)
      throws IOException, InterruptedException {
    return post(address, token, body, LIMIT);
  }

  /** Posts an object as JSON with a bearer token and waits for the answer no longer than that. */
  public Answer post(String address, String token, Object body, Duration limit)
      throws IOException, InterruptedException {
    return post(address, token, Map.of(), body, limit);
  }

  /** The same with further headers. */
  public Answer post(
      String address, String token, Map<String, String> headers, Object body, Duration limit)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        authorized(address, token, limit)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body)));
    headers.forEach(request::header);
    return send(request.build());
  }

  /** Gets an object with a bearer token. */
  public Answer get(String address, String token) throws IOException, InterruptedException {
    return get(address, token, Map.of());
  }

  /** The same with further headers. */
  public Answer get(String address, String token, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        authorized(address, token, LIMIT).header("Accept", "application/json").GET();
    headers.forEach(request::header);
    return send(request.build());
  }

  /**
   * Gets something large with a bearer token.
   *
   * @return the answer; its body is empty if {@code body} got it
   */
  public Answer get(String address, String token, Map<String, String> headers, Body body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = authorized(address, token, LIMIT).GET();
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

  /** Posts a form, for {@link ServiceToken}; does not wait for the answer. */
  public CompletionStage<ServiceToken.Answer> postForm(String url, Map<String, String> fields) {
    String form =
        fields.entrySet().stream()
            .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(LIMIT)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build();
    return http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
        .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
        .thenApply(answer -> new ServiceToken.Answer(answer.statusCode(), answer.body()));
  }

  private static HttpRequest.Builder authorized(String address, String token, Duration limit) {
    return HttpRequest.newBuilder(URI.create(address))
        .timeout(limit)
        .header("Authorization", "Bearer " + token);
  }

  /** The JDK's own limit ends with the head of an answer; a body that never comes counts, too. */
  private Answer send(HttpRequest request) throws IOException, InterruptedException {
    long limit = request.timeout().orElse(LIMIT).toNanos();
    CompletableFuture<HttpResponse<byte[]>> coming =
        http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
    try {
      HttpResponse<byte[]> response = coming.get(limit, TimeUnit.NANOSECONDS);
      return answer(response, response.body());
    } catch (TimeoutException late) {
      throw new HttpTimeoutException("request timed out");
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      throw cause instanceof IOException known ? known : new IOException(cause);
    } finally {
      coming.cancel(true);
    }
  }

  private Answer answer(HttpResponse<?> response, byte[] body) {
    Duration retryAfter = pause(response.headers().firstValue("Retry-After").orElse(""));
    try {
      JsonNode read = body.length == 0 ? json.createObjectNode() : json.readTree(body);
      return new Answer(response.statusCode(), retryAfter, read);
    } catch (IOException notJson) {
      return new Answer(response.statusCode(), retryAfter, json.createObjectNode());
    }
  }

  private static Duration pause(String retryAfter) {
    return RetryPolicy.retryAfter(retryAfter)
        .filter(asked -> asked.compareTo(LONGEST_PAUSE) <= 0)
        .orElse(Duration.ZERO);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
