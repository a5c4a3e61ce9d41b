package io.slipway.taskapi.neighbour;

import io.slipway.taskapi.http.ServiceCalls;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.ext.web.client.HttpResponse;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Calls to credential-broker about webhooks: it keeps their addresses, headers and secrets, and is
 * the one that posts.
 */
@ApplicationScoped
public class WebhookCalls {
  /** Name of the secret that is the address. */
  public static final String ADDRESS = "@webhook/serviceUri";

  /** Name of the secret that is the headers, as JSON. */
  public static final String HEADERS = "@webhook/customHeaders";

  /** Name of the secret that signs. */
  public static final String SECRET = "@webhook/signingSecret";

  private static final String SERVICE = "credential-broker";

  private final ServiceCalls calls;
  private final String base;

  WebhookCalls(ServiceCalls calls, @ConfigProperty(name = "slipway.broker-url") String brokerUrl) {
    this.calls = calls;
    this.base = brokerUrl + "/internal/owners/";
  }

  /** What the broker keeps of a webhook, for whoever may see it. */
  public record Config(
      @Nullable String serviceUri,
      Map<String, String> customHeaders,
      @Nullable String signingSecret) {
    @Override
    public String toString() {
      return "Config[***]";
    }
  }

  /** What the broker keeps of a webhook. */
  public Uni<Config> config(UUID webhook) {
    return calls
        .call(SERVICE, HttpMethod.GET, base + webhook + "/webhook", null)
        .map(HttpResponse::bodyAsJsonObject)
        .map(answer -> {
          Map<String, String> headers = new LinkedHashMap<>();
          answer
              .getJsonObject("customHeaders")
              .forEach(header -> headers.put(header.getKey(), String.valueOf(header.getValue())));
          return new Config(
              answer.getString("serviceUri"), headers, answer.getString("signingSecret"));
        });
  }

  /**
   * What came of a delivery.
   *
   * @param isFinal whether it would be the same another time
   * @param request what was sent, without secrets: JSON
   * @param response what was answered, cut and without secrets: JSON; null if nothing was
   * @param problem why it failed, or null
   * @param retryAfter seconds that the receiver asks to wait; 0 if it does not
   */
  public record Sent(
      boolean delivered,
      boolean isFinal,
      @Nullable String request,
      @Nullable String response,
      @Nullable String problem,
      long retryAfter) {}

  /** Posts a body, signed. */
  public Uni<Sent> deliver(UUID webhook, UUID id, String body) {
    JsonObject asked = new JsonObject().put("id", id.toString()).put("body", body);
    return calls
        .call(SERVICE, HttpMethod.POST, base + webhook + "/webhook/deliveries", asked)
        .map(HttpResponse::bodyAsJsonObject)
        .map(answer ->
            new Sent(
                answer.getBoolean("delivered"),
                answer.getBoolean("isFinal"),
                text(answer.getJsonObject("request")),
                text(answer.getJsonObject("response")),
                answer.getString("problem"),
                answer.getLong("retryAfter", 0L)));
  }

  private static @Nullable String text(@Nullable JsonObject object) {
    return object == null ? null : object.encode();
  }
}
