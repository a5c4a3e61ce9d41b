package io.slipway.taskapi.webhook;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/** What people do with a webhook that is there: try it, see what it was told, tell it again. */
@ApplicationScoped
public class WebhookActions {
  private final Transactions transactions;
  private final QueueDeliveries queue;
  private final WebhookDeliveries deliveries;
  private final InstantSource clock;

  WebhookActions(
      Transactions transactions,
      QueueDeliveries queue,
      WebhookDeliveries deliveries,
      InstantSource clock) {
    this.transactions = transactions;
    this.queue = queue;
    this.deliveries = deliveries;
    this.clock = clock;
  }

  /** Has it called, as soon as possible; gives the id of the delivery. */
  public Uni<UUID> ping(Webhook webhook) {
    checkEnabled(webhook);
    return transactions.in(connection -> queue.ping(connection, webhook.uid(), clock.instant()));
  }

  /** Its latest deliveries, those that wait too. */
  public Uni<List<WebhookDelivery>> events(Webhook webhook) {
    return transactions.reading(connection -> deliveries.list(connection, webhook.uid()));
  }

  /** Sends a delivery that is done once more, under its id. */
  public Uni<Void> replay(Webhook webhook, UUID id) {
    checkEnabled(webhook);
    return transactions
        .in(connection -> deliveries.replay(connection, webhook.uid(), id))
        .invoke(found -> {
          if (!found) {
            throw ArmException.of(
                404,
                "EventNotFound",
                "The webhook has no event '" + id + "' that is done: see listEvents.");
          }
        })
        .replaceWithVoid();
  }

  private static void checkEnabled(Webhook webhook) {
    if (!webhook.enabled()) {
      throw ArmException.conflict("The webhook is disabled: set its status to enabled.");
    }
  }
}
