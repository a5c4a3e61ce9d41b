package io.slipway.taskapi.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.neighbour.WebhookCalls;
import io.slipway.taskapi.neighbour.WebhookCalls.Sent;
import io.slipway.taskapi.store.Sweep;
import io.slipway.taskapi.store.Transactions;
import io.slipway.taskapi.webhook.WebhookDeliveries.Claimed;
import io.slipway.taskapi.webhook.WebhookDelivery.State;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Has the broker post what is due. A sweep begins deliveries and waits for none: a receiver that is
 * slow holds up its own and nobody else's. It is posted first and then remembered: whoever dies in
 * between has it posted again, under the same id.
 */
@ApplicationScoped
public class DeliverWebhooks {
  /** Half of the connections to the broker: all else that it is asked for needs them, too. */
  private static final int AT_ONCE = 32;

  private static final int AT_ONCE_OF_ONE = 4;
  private static final Duration BROKER_AWAY = Duration.ofSeconds(5);

  private final Leader leader;
  private final Transactions transactions;
  private final WebhookDeliveries deliveries;
  private final WebhookCalls calls;
  private final Counter delivered;
  private final Counter failed;
  private final Counter dead;
  private final AtomicInteger underWay = new AtomicInteger();

  DeliverWebhooks(
      Leader leader,
      Transactions transactions,
      WebhookDeliveries deliveries,
      WebhookCalls calls,
      MeterRegistry meters) {
    this.leader = leader;
    this.transactions = transactions;
    this.deliveries = deliveries;
    this.calls = calls;
    this.delivered = meters.counter("slipway.webhook.deliveries", "result", "delivered");
    this.failed = meters.counter("slipway.webhook.deliveries", "result", "failed");
    this.dead = meters.counter("slipway.webhook.deliveries", "result", "dead");
  }

  /** Begins what is due, on the instance that leads. */
  @Scheduled(
      every = "${slipway.webhooks.every:1s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> sweep() {
    int free = AT_ONCE - underWay.get();
    if (free <= 0) {
      return Uni.createFrom().voidItem();
    }
    // When half of the places are taken, each webhook gets one at a time.
    int ofOne = free > AT_ONCE / 2 ? AT_ONCE_OF_ONE : 1;
    return Sweep.of(
        "The search for deliveries of webhooks",
        leader
            .in(connection -> deliveries.claim(connection, free, ofOne))
            .invoke(claimed -> claimed.orElse(List.of()).forEach(this::begin))
            .replaceWithVoid());
  }

  /** Gives up what is too old, and forgets what was done long ago. */
  @Scheduled(
      every = "${slipway.webhooks.expire-every:30s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> expire() {
    return Sweep.of(
        "The search for old deliveries of webhooks",
        leader
            .in(deliveries::expire)
            .invoke(gone -> dead.increment(gone.orElse(0)))
            .replaceWithVoid());
  }

  private void begin(Claimed one) {
    underWay.incrementAndGet();
    calls
        .deliver(one.webhook(), one.id(), WebhookDelivery.body(one.id(), one.content()))
        .onItemOrFailure()
        .transformToUni((sent, away) ->
            away == null
                ? remember(one, sent)
                : transactions.in(connection -> deliveries.later(connection, one, BROKER_AWAY)))
        .onTermination()
        .invoke(underWay::decrementAndGet)
        .subscribe()
        .with(
            done -> {},
            // Its claim ends by itself: then it is sent again.
            failure -> Log.warnf("A delivery of a webhook waits: %s", failure.toString()));
  }

  private Uni<Void> remember(Claimed one, Sent sent) {
    int tries = one.tries() + 1;
    State state =
        sent.delivered()
            ? State.DELIVERED
            : sent.isFinal() || DeliveryPlan.isOver(tries, one.age()) ? State.DEAD : State.WAITING;
    Duration pause = DeliveryPlan.pause(tries, sent.retryAfter(), chance());
    Duration rest = DeliveryPlan.rest(one.failures() + 1, chance());
    return transactions
        .in(connection ->
            deliveries
                .done(connection, one, state, sent, pause)
                .chain(ours ->
                    !ours
                        ? Uni.createFrom().voidItem()
                        : sent.delivered()
                            ? deliveries.well(connection, one.webhook())
                            : deliveries.ill(connection, one.webhook(), sent.problem(), rest)))
        .invoke(() ->
            (switch (state) {
                  case DELIVERED -> delivered;
                  case WAITING -> failed;
                  case DEAD -> dead;
                })
                .increment());
  }

  private static double chance() {
    return ThreadLocalRandom.current().nextDouble();
  }
}
