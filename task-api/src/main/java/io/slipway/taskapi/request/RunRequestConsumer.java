package io.slipway.taskapi.request;

import io.quarkus.logging.Log;
import io.slipway.contract.EventType;
import io.slipway.contract.RegistryRequest;
import io.slipway.contract.Topics;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.event.Batch;
import io.slipway.taskapi.event.EventCodec.Received;
import io.slipway.taskapi.request.RejectRun.Rejected;
import io.slipway.taskapi.run.ScheduleRun;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Accepts runs that are asked for by an event, each event once. It counts with an assertion about
 * its sender, who needs the same right as for the call; without one it becomes a dead letter. What
 * may not or cannot be run is answered with {@code RunRejected}.
 */
@ApplicationScoped
class RunRequestConsumer {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** Bytes of a key; an index of PostgreSQL takes 2,704 in all. */
  private static final int LONGEST_KEY = 2_500;

  private static final Set<EventType> WANTED =
      Set.of(EventType.RUN_REQUESTED, EventType.CANCEL_REQUESTED);

  private final Batch batch;
  private final RequestSenders senders;
  private final AcceptRequests acceptRequests;

  /**
   * An event that asks for a run.
   *
   * @param sender principal that sends it
   */
  record Request(Received received, RegistryRequest requested, String sender) {
    /** An event that is delivered again leads to the same run. */
    ScheduleRun.Idempotency once() {
      return new ScheduleRun.Idempotency(key(), "");
    }

    /**
     * With its sender: nobody can use up the id of another's event. One that no index could hold is
     * known by its hash.
     */
    String key() {
      String named = ":%s:%s".formatted(received.attributes().source(), received.id());
      byte[] bytes = named.getBytes(StandardCharsets.UTF_8);
      return "event:" + sender + (bytes.length <= LONGEST_KEY ? named : ":#" + hash(bytes));
    }

    private static String hash(byte[] bytes) {
      try {
        return Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
      } catch (NoSuchAlgorithmException impossible) { // every Java platform has it
        throw new IllegalStateException(impossible);
      }
    }

    Rejected rejected(ArmException refused) {
      return new Rejected(received, requested, refused);
    }
  }

  RunRequestConsumer(Batch batch, RequestSenders senders, AcceptRequests acceptRequests) {
    this.batch = batch;
    this.senders = senders;
    this.acceptRequests = acceptRequests;
  }

  /** A channel must never fail, for then it is closed: what fails is done again. */
  @Incoming("run-requests")
  Uni<Void> consume(ConsumerRecords<String, byte[]> records) {
    List<ConsumerRecord<String, byte[]>> all = new ArrayList<>();
    records.forEach(all::add);
    return Uni.createFrom()
        .deferred(() -> batch.handle(Topics.RUN_REQUESTS, WANTED, all, this::all))
        .onFailure()
        .invoke(failure -> Log.errorf(failure, "A batch of %s is repeated", Topics.RUN_REQUESTS))
        .onFailure()
        .retry()
        .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
        .indefinitely();
  }

  private Uni<Void> all(List<Received> events) {
    return senders.of(events).chain(acceptRequests::all);
  }
}
