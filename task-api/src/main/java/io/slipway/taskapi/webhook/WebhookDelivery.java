package io.slipway.taskapi.webhook;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event for a webhook, and what became of it.
 *
 * @param id what the receiver knows it by
 * @param content JSON, without the id
 * @param tries how often it was sent
 * @param due when it is sent next; null if it is done
 * @param request what was sent last, as it may be shown: JSON, or null
 * @param response what was answered, or null
 * @param problem why the last try failed, or null
 */
public record WebhookDelivery(
    UUID id,
    String content,
    State state,
    int tries,
    @Nullable Instant due,
    @Nullable String request,
    @Nullable String response,
    @Nullable String problem) {
  /** Whether it is done; the names are values in the ledger. */
  public enum State {
    WAITING("Waiting"),
    DELIVERED("Delivered"),
    /** Given up; people may have it sent again. */
    DEAD("Dead");

    private final String text;

    State(String text) {
      this.text = text;
    }

    /** As it is stored and shown. */
    public String text() {
      return text;
    }

    static State of(String text) {
      for (State state : values()) {
        if (state.text.equals(text)) {
          return state;
        }
      }
      throw new IllegalStateException("no state of a delivery: " + text);
    }
  }

  /** The body that is posted; a CDEvent has its own id, whoever gets it. */
  static String body(UUID id, String content) {
    return content.startsWith("{\"context\"")
        ? content
        : new JsonObject().put("id", id.toString()).mergeIn(new JsonObject(content)).encode();
  }

  /** The body that is posted: JSON. */
  public String body() {
    return body(id, content);
  }
}
