package io.slipway.taskapi.request;

import io.micrometer.core.instrument.MeterRegistry;
import io.slipway.contract.EventAttributes;
import io.slipway.contract.EventType;
import io.slipway.contract.RegistryRequest;
import io.slipway.contract.RunRejected;
import io.slipway.contract.Topics;
import io.slipway.taskapi.arm.ArmError;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.event.EventCodec;
import io.slipway.taskapi.event.EventCodec.Received;
import io.slipway.taskapi.outbox.Outbox;
import io.slipway.taskapi.outbox.OutboxRelay;
import io.slipway.taskapi.outbox.RunMessages;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests by event that cannot be accepted. The id of an answer follows from that of the
 * request, so that a repeated answer is seen to be one.
 */
@ApplicationScoped
class RejectRun {
  private static final int LONGEST_MESSAGE = 2_000;

  private final Transactions transactions;
  private final Outbox outbox;
  private final OutboxRelay relay;
  private final EventCodec codec;
  private final MeterRegistry meters;
  private final InstantSource clock;

  RejectRun(
      Transactions transactions,
      Outbox outbox,
      OutboxRelay relay,
      EventCodec codec,
      MeterRegistry meters,
      InstantSource clock) {
    this.transactions = transactions;
    this.outbox = outbox;
    this.relay = relay;
    this.codec = codec;
    this.meters = meters;
    this.clock = clock;
  }

  /** A request and why there is no run for it. */
  record Rejected(Received received, RegistryRequest requested, ArmException refused) {}

  Uni<Void> reject(List<Rejected> rejected) {
    return rejected.isEmpty()
        ? Uni.createFrom().voidItem()
        : transactions
            .in(connection ->
                outbox.append(connection, rejected.stream().map(this::message).toList()))
            .invoke(relay::nudge)
            .invoke(() -> rejected.forEach(this::count));
  }

  private void count(Rejected rejected) {
    meters.counter("slipway.requests.rejected", "code", rejected.refused().code()).increment();
  }

  /** The answer. */
  Outbox.Message message(Rejected rejected) {
    Received received = rejected.received();
    RegistryRequest requested = rejected.requested();
    String requestId = received.id();
    RunRejected event =
        new RunRejected(
            requested.registry(),
            requested.task(),
            requestId,
            received.attributes().source(),
            rejected.refused().code(),
            text(rejected.refused()),
            field(rejected.refused()),
            position(rejected.refused()));
    EventAttributes attributes =
        new EventAttributes(
            UUID.nameUUIDFromBytes(
                ("rejected:" + received.attributes().id()).getBytes(StandardCharsets.UTF_8)),
            RunMessages.source(requested.registry(), requested.task()),
            EventType.RUN_REJECTED.type(),
            "requests/" + requestId,
            clock.instant(),
            0,
            0,
            received.asCause());
    return new Outbox.Message(
        Topics.RUN_EVENTS,
        requestId,
        attributes.toHeaders(requestId, EventType.RUN_REJECTED.schema()),
        codec.write(event));
  }

  private static @Nullable String field(ArmException refused) {
    return refused.details().stream()
        .map(ArmError.Inner::target)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static RunRejected.@Nullable Position position(ArmException refused) {
    return refused.details().stream()
        .flatMap(detail -> detail.additionalInfo().stream())
        .map(ArmError.MoreInfo::info)
        .filter(info -> info.get("line") instanceof Integer)
        .map(info ->
            new RunRejected.Position(
                (Integer) info.get("line"),
                info.get("column") instanceof Integer column ? column : 0))
        .findFirst()
        .orElse(null);
  }

  private static String text(ArmException refused) {
    String text = String.valueOf(refused.getMessage());
    return text.length() <= LONGEST_MESSAGE ? text : text.substring(0, LONGEST_MESSAGE) + "…";
  }
}
