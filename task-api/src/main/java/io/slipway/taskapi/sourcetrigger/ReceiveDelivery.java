package io.slipway.taskapi.sourcetrigger;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.definition.TaskDefinition;
import io.slipway.taskapi.definition.Triggers;
import io.slipway.taskapi.run.course.RunTrigger;
import io.slipway.taskapi.sourcetrigger.delivery.Delivery;
import io.slipway.taskapi.sourcetrigger.delivery.ReadDelivery;
import io.slipway.taskapi.sourcetrigger.delivery.SourceEvent;
import io.slipway.taskapi.sourcetrigger.delivery.SourceProvider;
import io.slipway.taskapi.sourcetrigger.delivery.UnreadableDeliveryException;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.OffLoop;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Takes a delivery of a git provider: who sends it must know the secret of the hook. What it tells
 * of is remembered before it is answered, and again nothing but the first answer is given; the runs
 * are started by {@link FireSources}.
 */
@ApplicationScoped
class ReceiveDelivery {
  private static final Duration SHORTEST = Duration.ofMinutes(5);

  /** Deliveries are remembered for longer. */
  private static final Duration LONGEST = Duration.ofDays(30);

  private static final String TASK =
      """
      select task.properties, task.registry_uid from task
      join registry on registry.uid = task.registry_uid and registry.deleted_at is null
      where task.uid = $1 and task.properties is not null\
      """;

  /** Runs that one delivery starts, and about as many reasons that are remembered of it. */
  private static final int MOST_EVENTS = 20;

  private static final String TOO_MANY =
      "One push starts " + MOST_EVENTS + " runs at most, and this is one more.";

  private final Transactions transactions;
  private final HookAddresses addresses;
  private final SourceDeliveries deliveries;
  private final OffLoop offLoop;
  private final JsonText json;
  private final InstantSource clock;
  private final Duration oldest;
  private final boolean forks;

  ReceiveDelivery(
      Transactions transactions,
      HookAddresses addresses,
      SourceDeliveries deliveries,
      OffLoop offLoop,
      JsonText json,
      InstantSource clock,
      @ConfigProperty(name = "slipway.sources.oldest-delivery", defaultValue = "PT24H")
          Duration oldest,
      @ConfigProperty(name = "slipway.sources.fork-pull-requests", defaultValue = "false")
          boolean forks) {
    if (oldest.compareTo(SHORTEST) < 0 || oldest.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "slipway.sources.oldest-delivery is %s, must be from %s to %s"
              .formatted(oldest, SHORTEST, LONGEST));
    }
    this.transactions = transactions;
    this.addresses = addresses;
    this.deliveries = deliveries;
    this.offLoop = offLoop;
    this.json = json;
    this.clock = clock;
    this.oldest = oldest;
    this.forks = forks;
  }

  /** A hook, as its address names it. */
  private record Hook(UUID task, UUID registry, Triggers.Source trigger, boolean enabled) {}

  /** What is to be remembered. */
  private record Told(
      SourceDeliveries.Key key, RunTrigger.@Nullable Source source, @Nullable String problem) {}

  /**
   * What became of each event of the delivery; none if it tells of nothing that could start a run.
   * Fails with 404 for an address that is no hook's, 401 for a delivery that is not genuine, and
   * 400 for one that cannot be read or is too old.
   */
  Uni<List<SourceDeliveries.Outcome>> receive(UUID task, String key, Delivery delivery) {
    return transactions
        .reading(connection -> connection.preparedQuery(TASK).execute(Sql.values(task)))
        .chain(rows ->
            offLoop.call(() -> {
              var row = rows.iterator();
              if (!row.hasNext()) {
                throw noHook();
              }
              var found = row.next();
              TaskDefinition definition =
                  json.readOften(found.getString("properties"), TaskDefinition.class);
              Triggers.Source trigger =
                  addresses
                      .find(task, key, definition.trigger().sourceTriggers())
                      .orElseThrow(ReceiveDelivery::noHook);
              Hook hook =
                  new Hook(task, found.getUUID("registry_uid"), trigger, definition.isEnabled());
              return new Read(hook, told(hook, delivery));
            }))
        .chain(read ->
            InTurn.map(
                read.told(),
                told ->
                    deliveries.add(
                        told.key(), read.hook().registry(), told.source(), told.problem())));
  }

  private record Read(Hook hook, List<Told> told) {}

  private static ArmException noHook() {
    return ArmException.of(404, "HookNotFound", "No trigger of a task has this address.");
  }

  private List<Told> told(Hook hook, Delivery delivery) {
    SourceProvider provider =
        SourceProvider.of(delivery)
            .filter(it -> it.isGenuine(delivery, addresses.secret(hook.task(), name(hook))))
            .orElseThrow(() ->
                ArmException.of(
                    401,
                    "DeliveryNotGenuine",
                    "The delivery is not signed with the secret of this hook, or is of no provider"
                        + " that is known: GitHub, GitLab, Gitea, Forgejo, Bitbucket, Azure"
                        + " DevOps."));
    List<SourceEvent> events;
    try {
      events = ReadDelivery.of(provider, delivery);
    } catch (UnreadableDeliveryException unreadable) {
      throw ArmException.of(
          400,
          "DeliveryUnreadable",
          "This is no delivery of " + provider.text() + ": " + unreadable.getMessage() + ".");
    }
    String key = provider.key(delivery);
    SourceTriggerDecision decision = new SourceTriggerDecision(hook.trigger(), forks);
    List<Told> wanted = new ArrayList<>();
    List<Told> unwanted = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      SourceEvent event = events.get(i);
      refuseOld(event.time());
      String problem =
          hook.enabled()
              ? decision.refusal(event).orElse(wanted.size() < MOST_EVENTS ? null : TOO_MANY)
              : "The task is disabled.";
      String own = key + (i == 0 ? "" : "-" + i);
      // What was refused may be wanted when something else has changed.
      String id = problem == null ? provider.key(event).orElse(own) : own;
      (problem == null ? wanted : unwanted)
          .add(
              new Told(
                  new SourceDeliveries.Key(hook.task(), name(hook), id),
                  source(id, provider, hook.trigger(), event),
                  problem));
    }
    int kept = Math.max(1, MOST_EVENTS - wanted.size());
    wanted.addAll(unwanted.subList(0, Math.min(kept, unwanted.size())));
    return wanted;
  }

  private void refuseOld(@Nullable Instant time) {
    if (time != null && time.isBefore(clock.instant().minus(oldest))) {
      throw ArmException.of(
          400,
          "DeliveryTooOld",
          "The delivery is of %s, which is more than %s ago (slipway.sources.oldest-delivery)."
              .formatted(time, oldest));
    }
  }

  private static String name(Hook hook) {
    return hook.trigger().name();
  }

  private static RunTrigger.Source source(
      String id, SourceProvider provider, Triggers.Source trigger, SourceEvent event) {
    SourceEvent.PullRequest request = event.pullRequest();
    String branch = event.ref().isTag() ? null : event.ref().name();
    return new RunTrigger.Source(
        id,
        event.type(),
        event.commit(),
        request == null ? null : request.id(),
        trigger.sourceRepository().repositoryUrl(),
        // A fork may call its branch as it likes, and task files name images by it.
        request != null && request.isFromFork() ? "pull/" + request.id() : branch,
        provider.text(),
        event.ref().isTag() ? event.ref().name() : null);
  }
}
