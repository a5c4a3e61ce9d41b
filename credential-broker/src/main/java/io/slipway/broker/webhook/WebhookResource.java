package io.slipway.broker.webhook;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.slipway.broker.BrokerException;
import io.slipway.broker.caller.Caller;
import io.slipway.broker.sealing.SecretPlace;
import io.slipway.broker.sealing.StoredSecrets;
import io.slipway.broker.secret.RunSecretRepository;
import io.slipway.broker.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Posts the events of a webhook, and tells what is kept of it to whom task-api lets see it. */
@Path("/internal/owners/{owner}/webhook")
@RolesAllowed(Caller.TASK_API)
class WebhookResource {
  private final Transactions transactions;
  private final RunSecretRepository secrets;
  private final StoredSecrets stored;
  private final PostEvent postEvent;

  WebhookResource(
      Transactions transactions,
      RunSecretRepository secrets,
      StoredSecrets stored,
      PostEvent postEvent) {
    this.transactions = transactions;
    this.secrets = secrets;
    this.stored = stored;
    this.postEvent = postEvent;
  }

  /** Address, headers and secret; of all that is kept here this alone can be read. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Answer(
      @Nullable String serviceUri,
      Map<String, String> customHeaders,
      @Nullable String signingSecret) {
    @Override
    public String toString() {
      return "Answer[***]";
    }
  }

  /**
   * What to post.
   *
   * @param id the same when it is posted again
   * @param body JSON
   */
  record Asked(@Nullable String id, @Nullable String body) {}

  @GET
  public Uni<Answer> config(@PathParam("owner") UUID owner) {
    return of(owner)
        .map(config ->
            new Answer(config.serviceUri(), config.customHeaders(), config.signingSecret()));
  }

  /** Posts it once; what is wrong with the receiver is the answer too. */
  @POST
  @Path("/deliveries")
  public Uni<PostEvent.Sent> deliver(@PathParam("owner") UUID owner, @Nullable Asked asked) {
    if (asked == null || asked.id() == null || asked.body() == null) {
      throw BrokerException.invalid("InvalidDelivery", "id and body are needed.");
    }
    String id = asked.id();
    String body = asked.body();
    return of(owner)
        .chain(config -> {
          if (config.serviceUri() == null || config.signingSecret() == null) {
            throw BrokerException.invalid("InvalidDelivery", "The owner has no webhook.");
          }
          return postEvent.post(config, id, body);
        });
  }

  private Uni<WebhookConfig> of(UUID owner) {
    return transactions
        .reading(session -> secrets.of(session, owner))
        .map(rows -> {
          Map<String, String> open = new HashMap<>();
          rows.stream()
              .filter(row -> WebhookConfig.has(row.name))
              .forEach(row ->
                  open.put(
                      row.name,
                      stored.cipher().open(row.value, SecretPlace.runSecret(row.owner, row.name))));
          return WebhookConfig.of(open);
        });
  }
}
