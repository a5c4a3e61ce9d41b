package io.slipway.taskapi.door;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.slipway.taskapi.webhook.Webhook;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A webhook as ARM shows it: without its address, its headers and its secret. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WebhookView(
    String id,
    String name,
    String type,
    String location,
    Map<String, String> tags,
    Properties properties) {
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Properties(
      String status,
      String scope,
      List<String> actions,
      String provisioningState,
      @Nullable String lastProblem) {}

  static WebhookView of(String registryId, Webhook webhook) {
    return new WebhookView(
        registryId + "/webhooks/" + webhook.name(),
        webhook.name(),
        "Microsoft.ContainerRegistry/registries/webhooks",
        webhook.location(),
        webhook.tags(),
        new Properties(
            webhook.enabled() ? "enabled" : "disabled",
            webhook.scope().text(),
            webhook.actions(),
            webhook.ready() ? "Succeeded" : "Failed",
            webhook.problem()));
  }
}
