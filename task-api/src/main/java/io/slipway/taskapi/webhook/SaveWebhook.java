package io.slipway.taskapi.webhook;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.definition.WebhookRequest;
import io.slipway.taskapi.definition.WebhookScope;
import io.slipway.taskapi.neighbour.BrokerClient;
import io.slipway.taskapi.neighbour.WebhookCalls;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * Makes or changes a webhook. Its secrets go to the broker before it is told anything; whoever dies
 * in between leaves one that is not ready, which the same request completes.
 */
@ApplicationScoped
public class SaveWebhook {
  /** Webhooks of a registry. */
  private static final int MOST = 50;

  private static final int SECRET_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Transactions transactions;
  private final WebhookRepository webhooks;
  private final BrokerClient broker;

  SaveWebhook(Transactions transactions, WebhookRepository webhooks, BrokerClient broker) {
    this.transactions = transactions;
    this.webhooks = webhooks;
    this.broker = broker;
  }

  /**
   * What came of it.
   *
   * @param created whether there was none before
   */
  public record Saved(boolean created, Webhook webhook) {}

  /** Makes the webhook, or replaces it; without a new secret the one that it has stays. */
  public Uni<Saved> put(
      UUID registry,
      String name,
      String location,
      Map<String, String> tags,
      WebhookRequest wanted) {
    return transactions
        .in(connection ->
            webhooks
                .find(connection, registry, name)
                .chain(found ->
                    found.isPresent()
                        ? Uni.createFrom().item(found.get())
                        : webhooks
                            .count(connection, registry)
                            .invoke(SaveWebhook::checkRoom)
                            .chain(() -> webhooks.reserve(connection, registry, name, location))))
        .chain(place -> {
          JsonObject secrets = secrets(wanted);
          if (wanted.customHeaders() == null) {
            secrets.putNull(WebhookCalls.HEADERS);
          }
          if (!place.ready() && wanted.signingSecret() == null) {
            secrets.put(WebhookCalls.SECRET, newSecret());
          }
          Webhook after =
              new Webhook(
                  place.uid(),
                  place.name(),
                  location,
                  tags,
                  !Boolean.FALSE.equals(wanted.enabled()),
                  Objects.requireNonNullElse(wanted.scope(), WebhookScope.ALL),
                  Objects.requireNonNullElse(wanted.actions(), List.of()),
                  true,
                  null);
          return save(after, secrets).map(saved -> new Saved(!place.ready(), saved));
        });
  }

  /** Changes what is given. */
  public Uni<Webhook> patch(Webhook before, Map<String, String> tags, WebhookRequest wanted) {
    if (!before.ready()) {
      throw ArmException.conflict("The webhook is not complete: repeat the PUT that makes it.");
    }
    Webhook after =
        new Webhook(
            before.uid(),
            before.name(),
            before.location(),
            tags,
            Objects.requireNonNullElse(wanted.enabled(), before.enabled()),
            Objects.requireNonNullElse(wanted.scope(), before.scope()),
            Objects.requireNonNullElse(wanted.actions(), before.actions()),
            true,
            before.problem());
    return save(after, secrets(wanted));
  }

  private Uni<Webhook> save(Webhook after, JsonObject secrets) {
    return broker
        .patch(after.uid(), new JsonObject(), secrets)
        .chain(() -> transactions.in(connection -> webhooks.save(connection, after)))
        .map(saved ->
            saved.orElseThrow(
                () -> ArmException.conflict("The webhook was deleted at the same time.")));
  }

  private static JsonObject secrets(WebhookRequest wanted) {
    JsonObject secrets = new JsonObject();
    if (wanted.serviceUri() != null) {
      secrets.put(WebhookCalls.ADDRESS, wanted.serviceUri());
    }
    if (wanted.customHeaders() != null) {
      JsonObject headers = new JsonObject();
      wanted.customHeaders().forEach(headers::put);
      secrets.put(WebhookCalls.HEADERS, headers.encode());
    }
    if (wanted.signingSecret() != null) {
      secrets.put(WebhookCalls.SECRET, wanted.signingSecret());
    }
    return secrets;
  }

  private static String newSecret() {
    byte[] bytes = new byte[SECRET_BYTES];
    RANDOM.nextBytes(bytes);
    return "whsec_" + Base64.getEncoder().encodeToString(bytes);
  }

  private static void checkRoom(long there) {
    if (there >= MOST) {
      throw ArmException.of(
          409,
          "QuotaExceeded",
          "The registry has %d webhooks, which is the most: delete one.".formatted(there));
    }
  }
}
