package io.slipway.taskapi.webhook;

import io.slipway.taskapi.cleanup.Cleanup;
import io.slipway.taskapi.cleanup.Cleanups;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;

/** Deletes a webhook with its deliveries, also those that wait; the broker forgets its secrets. */
@ApplicationScoped
public class DeleteWebhook {
  private final Transactions transactions;
  private final WebhookRepository webhooks;
  private final Cleanups cleanups;

  DeleteWebhook(Transactions transactions, WebhookRepository webhooks, Cleanups cleanups) {
    this.transactions = transactions;
    this.webhooks = webhooks;
    this.cleanups = cleanups;
  }

  /** Deletes it; false if there is none. */
  public Uni<Boolean> delete(UUID registry, String name) {
    return transactions.in(connection ->
        webhooks
            .find(connection, registry, name)
            .chain(found ->
                found.isEmpty()
                    ? Uni.createFrom().item(false)
                    : webhooks
                        .delete(connection, found.get().uid())
                        .chain(() ->
                            cleanups.add(connection, List.of(Cleanup.goneOwner(found.get().uid()))))
                        .replaceWith(true)));
  }
}
