package io.slipway.taskapi.definition;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants of a webhook. What is null was not given.
 *
 * @param serviceUri where events are posted; a secret, for such addresses often hold one
 * @param customHeaders what is sent with them; values are secrets
 * @param signingSecret what they are signed with
 * @param enabled whether events are posted
 * @param scope which images count
 * @param actions which events count
 */
public record WebhookRequest(
    @Nullable String serviceUri,
    @Nullable Map<String, String> customHeaders,
    @Nullable String signingSecret,
    @Nullable Boolean enabled,
    @Nullable WebhookScope scope,
    @Nullable List<String> actions) {
  @Override
  public String toString() {
    return "WebhookRequest[***]";
  }
}
