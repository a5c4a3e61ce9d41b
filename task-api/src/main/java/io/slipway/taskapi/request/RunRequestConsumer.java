package io.slipway.taskapi.request;

import io.quarkus.logging.Log;
import io.slipway.contract.EventType;
import io.slipway.contract.RunRequested;
import io.slipway.contract.Topics;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.definition.RunRequest;
import io.slipway.taskapi.definition.StepOverride;
import io.slipway.taskapi.event.Batch;
import io.slipway.taskapi.event.EventCodec.Received;
import io.slipway.taskapi.request.RejectRun.Rejected;
import io.slipway.taskapi.run.ScheduleRun;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.store.InTurn;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
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
  private static final Set<EventType> WANTED = Set.of(EventType.RUN_REQUESTED);

  private final Batch batch;
  private final RequestSenders senders;
  private final LookUpTasks lookUp;
  private final ScheduleRun scheduleRun;
  private final AcceptRunRequest acceptRunRequest;
  private final RejectRun rejectRun;

  /**
   * An event that asks for a run.
   *
   * @param sender principal that sends it
   */
  record Request(Received received, RunRequested requested, String sender) {
    /** An event that is delivered again leads to the same run. */
    ScheduleRun.Idempotency once() {
      return new ScheduleRun.Idempotency(key(), "");
    }

    /** With its sender: nobody can use up the id of another's event. */
    String key() {
      return "event:%s:%s:%s".formatted(sender, received.attributes().source(), received.id());
    }

    Rejected rejected(ArmException refused) {
      return new Rejected(received, requested, refused);
    }
  }

  RunRequestConsumer(
      Batch batch,
      RequestSenders senders,
      LookUpTasks lookUp,
      ScheduleRun scheduleRun,
      AcceptRunRequest acceptRunRequest,
      RejectRun rejectRun) {
    this.batch = batch;
    this.senders = senders;
    this.lookUp = lookUp;
    this.scheduleRun = scheduleRun;
    this.acceptRunRequest = acceptRunRequest;
    this.rejectRun = rejectRun;
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
    return senders
        .of(events)
        .chain(requests ->
            lookUp
                .find(requests)
                .chain(found ->
                    senders
                        .denied(requests, found)
                        .chain(denied -> accept(requests, denied, found))));
  }

  /** Everything that can be accepted, in one transaction; what can't be is answered, in another. */
  private Uni<Void> accept(List<Request> requests, Set<Request> denied, RequestedTasks found) {
    List<Rejected> rejected = new ArrayList<>();
    List<Request> drafted = new ArrayList<>();
    List<ScheduleRun.Asked> asked = new ArrayList<>();
    for (Request request : requests) {
      if (!found.isAccepted(request)) {
        try {
          if (denied.contains(request)) {
            throw RequestSenders.refusal(request);
          }
          asked.add(new ScheduleRun.Asked(draft(request, found), request.once()));
          drafted.add(request);
        } catch (ArmException refused) {
          rejected.add(request.rejected(refused));
        }
      }
    }
    List<Uni<Void>> accepting = new ArrayList<>();
    List<Uni<Run>> runs = scheduleRun.schedule(asked);
    for (int i = 0; i < runs.size(); i++) {
      Request request = drafted.get(i);
      accepting.add(
          runs.get(i)
              .replaceWithVoid()
              .onFailure(ArmException.class)
              .recoverWithItem(refused -> {
                rejected.add(request.rejected((ArmException) refused));
                return null;
              }));
    }
    // One after the other: they are one batch, and the list of the rejected has one writer.
    return InTurn.each(accepting, one -> one).chain(() -> rejectRun.reject(rejected));
  }

  private ScheduleRun.Draft draft(Request request, RequestedTasks found) {
    RunRequested requested = request.requested();
    return acceptRunRequest.draft(
        found.registry(requested),
        found.task(requested),
        new RunRequest.OfTask(requested.task(), StepOverride.values(requested.values()), false),
        request.received().asCause());
  }
}
