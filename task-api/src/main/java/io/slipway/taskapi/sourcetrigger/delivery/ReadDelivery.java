package io.slipway.taskapi.sourcetrigger.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads what a genuine delivery says. Pure. */
public final class ReadDelivery {
  /** Changes of one push that are looked at; no provider is known to tell of as many. */
  private static final int MOST_EVENTS = 5_000;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FORM = "payload=";

  private ReadDelivery() {}

  /**
   * What happened, at most {@value #MOST_EVENTS} events; none for what starts no run, such as a
   * test of the hook or a branch that was deleted.
   *
   * @throws UnreadableDeliveryException if it is not what this provider sends
   */
  public static List<SourceEvent> of(SourceProvider provider, Delivery delivery)
      throws UnreadableDeliveryException {
    JsonNode body = body(delivery);
    String event = provider.event(delivery);
    List<SourceEvent> events =
        switch (provider) {
          case GITHUB -> GithubEvents.of(event, body, true);
          case GITEA -> GithubEvents.of(event, body, false);
          case GITLAB -> GitlabEvents.of(body);
          case BITBUCKET -> BitbucketEvents.of(event, body);
          case AZURE_DEVOPS -> AzureDevopsEvents.of(body);
        };
    return events.subList(0, Math.min(events.size(), MOST_EVENTS));
  }

  /** GitHub and Gitea send a form unless they are told to send JSON. */
  private static JsonNode body(Delivery delivery) throws UnreadableDeliveryException {
    try {
      String text = new String(delivery.body(), StandardCharsets.UTF_8);
      JsonNode body =
          JSON.readTree(
              text.startsWith(FORM)
                  ? URLDecoder.decode(text.substring(FORM.length()), StandardCharsets.UTF_8)
                  : text);
      if (body != null && body.isObject()) {
        return body;
      }
    } catch (IOException | IllegalArgumentException unreadable) {
      // said below, without the body
    }
    throw new UnreadableDeliveryException("its body is no JSON object");
  }
}
