package io.slipway.taskapi.request;

import io.slipway.contract.EventAttributes;
import io.slipway.contract.EventType;
import io.slipway.contract.RunRejected;
import io.slipway.contract.RunRequested;
import io.slipway.contract.Topics;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.event.EventCodec;
import io.slipway.taskapi.event.EventCodec.Received;
import io.slipway.taskapi.outbox.Outbox;
import io.slipway.taskapi.outbox.OutboxRelay;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/**
 * Answers a {@code RunRequested} that cannot be accepted. The id of the answer follows from that of
 * the request, so that a repeated answer is seen to be one.
 */
@ApplicationScoped
class RejectRun {
  private final Transactions transactions;
  private final Outbox outbox;
  private final OutboxRelay relay;
  private final EventCodec codec;
  private final InstantSource clock;

  RejectRun(
      Transactions transactions,
      Outbox outbox,
      OutboxRelay relay,
      EventCodec codec,
      InstantSource clock) {
    this.transactions = transactions;
    this.outbox = outbox;
    this.relay = relay;
    this.codec = codec;
    this.clock = clock;
  }

  Uni<Void> reject(Received received, RunRequested requested, ArmException refused) {
    String requestId = received.attributes().id().toString();
    RunRejected event =
        new RunRejected(
            requested.registry(),
            requested.task(),
            requestId,
            refused.code(),
            String.valueOf(refused.getMessage()));
    EventAttributes attributes =
        new EventAttributes(
            UUID.nameUUIDFromBytes(("rejected:" + requestId).getBytes(StandardCharsets.UTF_8)),
            "/registries/" + requested.registry() + "/tasks/" + requested.task(),
            EventType.RUN_REJECTED.type(),
            "requests/" + requestId,
            clock.instant(),
            0,
            0,
            received.attributes().traceparent());
    Outbox.Message message =
        new Outbox.Message(
            Topics.RUN_EVENTS,
            requestId,
            attributes.toHeaders(requestId, EventType.RUN_REJECTED.schema()),
            codec.write(event));
    return transactions
        .in(connection -> outbox.append(connection, List.of(message)))
        .invoke(relay::nudge);
  }
}
