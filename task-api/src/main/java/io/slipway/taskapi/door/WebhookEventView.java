package io.slipway.taskapi.door;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.webhook.WebhookDelivery;
import org.jspecify.annotations.Nullable;

/**
 * A delivery of a webhook as ARM shows it, and, as an addition, how far it is.
 *
 * @param state {@code Waiting}, {@code Delivered} or {@code Dead}
 * @param attempts how often it was sent
 * @param nextAttempt when it is sent next
 * @param problem why the last attempt failed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WebhookEventView(
    String id,
    ObjectNode eventRequestMessage,
    ObjectNode eventResponseMessage,
    String state,
    int attempts,
    @Nullable String nextAttempt,
    @Nullable String problem) {

  static WebhookEventView of(JsonText json, WebhookDelivery delivery) {
    ObjectNode request = object(json, delivery.request());
    request.set("content", json.read(delivery.body(), ObjectNode.class));
    ObjectNode response = object(json, delivery.response());
    if (delivery.response() == null && delivery.problem() != null) {
      // What az shows in place of a status.
      response.put("reasonPhrase", delivery.problem());
    }
    return new WebhookEventView(
        delivery.id().toString(),
        request,
        response,
        delivery.state().text(),
        delivery.tries(),
        delivery.due() == null ? null : delivery.due().toString(),
        delivery.problem());
  }

  private static ObjectNode object(JsonText json, @Nullable String text) {
    return text == null ? json.object() : json.read(text, ObjectNode.class);
  }
}
