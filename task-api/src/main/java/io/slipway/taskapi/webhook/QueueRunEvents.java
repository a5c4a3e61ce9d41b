package io.slipway.taskapi.webhook;

import io.quarkus.logging.Log;
import io.slipway.contract.RunCompleted;
import io.slipway.contract.RunEvent;
import io.slipway.contract.RunQueued;
import io.slipway.contract.RunRef;
import io.slipway.contract.RunStarted;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.definition.WebhookAction;
import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Makes deliveries of what happens to runs, as CDEvents, in the transaction in which it happens.
 * Where no webhook of the registries asks for it, that is one look at an index.
 */
@ApplicationScoped
public class QueueRunEvents {
  private static final String TOLD =
      """
      select webhook.uid, registry_uid, actions, registry.name, resource_group.name as group_name
      from webhook
        join registry on registry.uid = registry_uid
        join resource_group on resource_group.name_key = registry.group_key
      where registry_uid = any($1) and enabled and ready and actions && $2
        and registry.deleted_at is null\
      """;

  /** A webhook that is deleted meanwhile gives no row; an error would be the run's. */
  private static final String QUEUE =
      """
      insert into webhook_delivery
        (id, webhook_uid, event, action, content, created_at, asked_at, due_at)
      select gen_random_uuid(), webhook.uid, $2, $3, $4, clock_timestamp(), clock_timestamp(),
        clock_timestamp()
      from webhook
      where webhook.uid = $1 and (select count(*) from (select 1 from webhook_delivery
        where webhook_uid = $1 and due_at is not null limit %1$d) waiting) < %1$d
      for key share of webhook
      on conflict do nothing\
      """
          .formatted(QueueDeliveries.MOST_WAITING);

  private final String publicUrl;
  private final String subscriptionId;

  QueueRunEvents(
      @ConfigProperty(name = "slipway.public-url") String publicUrl,
      @ConfigProperty(name = "slipway.subscription-id") String subscriptionId) {
    this.publicUrl = publicUrl;
    this.subscriptionId = subscriptionId;
  }

  /** What happened to a run of a registry. */
  public record Happened(UUID registryUid, RunEvent event) {}

  /** Queues what happened for whom it concerns. */
  public Uni<Void> queue(SqlConnection connection, List<Happened> happened) {
    if (happened.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    UUID[] registries =
        happened.stream().map(Happened::registryUid).distinct().toArray(UUID[]::new);
    return connection
        .preparedQuery(TOLD)
        .execute(Sql.values(registries, WebhookAction.ofRuns().toArray(String[]::new)))
        .map(rows -> deliveries(rows, happened))
        .chain(rows ->
            rows.isEmpty()
                ? Uni.createFrom().voidItem()
                : connection.preparedQuery(QUEUE).executeBatch(rows).replaceWithVoid());
  }

  private List<Tuple> deliveries(RowSet<Row> told, List<Happened> happened) {
    List<Tuple> deliveries = new ArrayList<>();
    for (Row row : told) {
      UUID webhook = row.getUUID("uid");
      Set<String> actions = Set.of(row.getArrayOfStrings("actions"));
      String registry =
          ResourceId.registry(subscriptionId, row.getString("group_name"), row.getString("name"));
      for (Happened one : happened) {
        if (one.registryUid().equals(row.getUUID("registry_uid"))) {
          events(one.event(), publicUrl + registry + "/runs/").stream()
              .filter(event -> actions.contains(event.action().text()))
              .forEach(event ->
                  deliveries.add(
                      Sql.values(webhook, event.id(), event.action().text(), event.body())));
        }
      }
    }
    return deliveries;
  }

  /** What an agent says may have holes: it costs an event, not the end of the run. */
  private static List<CdEvents.CdEvent> events(RunEvent event, String runs) {
    try {
      return CdEvents.of(event, source(event), runs + run(event).runId());
    } catch (RuntimeException hole) {
      Log.warnf("Webhooks are not told of what happened to run %s: %s", run(event).runId(), hole);
      return List.of();
    }
  }

  private static String source(RunEvent event) {
    RunRef run = run(event);
    String registry = "/registries/" + run.registry();
    return run.task() == null ? registry : registry + "/tasks/" + run.task();
  }

  private static RunRef run(RunEvent event) {
    return switch (event) {
      case RunQueued queued -> queued.run();
      case RunStarted started -> started.run();
      case RunCompleted completed -> completed.run();
      default -> throw new IllegalArgumentException("no event of webhooks: " + event.getClass());
    };
  }
}
