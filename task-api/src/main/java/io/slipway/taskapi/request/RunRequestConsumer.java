package io.slipway.taskapi.request;

import io.quarkus.runtime.StartupEvent;
import io.slipway.contract.EventType;
import io.slipway.contract.RunRequested;
import io.slipway.contract.Topics;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.definition.RunRequest;
import io.slipway.taskapi.definition.StepOverride;
import io.slipway.taskapi.definition.TaskIdentity;
import io.slipway.taskapi.event.Batch;
import io.slipway.taskapi.event.EventCodec.Received;
import io.slipway.taskapi.event.TopicReaders;
import io.slipway.taskapi.registry.RegistryRepository;
import io.slipway.taskapi.run.ScheduleRun;
import io.slipway.taskapi.store.InTurn;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Set;

/**
 * Accepts runs that are asked for by an event, each event once; what cannot be run is answered with
 * {@code RunRejected}. Whoever may write to the topic may ask for a run of any task that is
 * enabled: guard the topic.
 */
@ApplicationScoped
class RunRequestConsumer {
  private static final int MOST = 100;
  private static final Set<EventType> WANTED = Set.of(EventType.RUN_REQUESTED);

  private final TopicReaders readers;
  private final Batch batch;
  private final RegistryRepository registries;
  private final AcceptRunRequest acceptRunRequest;
  private final RejectRun rejectRun;

  RunRequestConsumer(
      TopicReaders readers,
      Batch batch,
      RegistryRepository registries,
      AcceptRunRequest acceptRunRequest,
      RejectRun rejectRun) {
    this.readers = readers;
    this.batch = batch;
    this.registries = registries;
    this.acceptRunRequest = acceptRunRequest;
    this.rejectRun = rejectRun;
  }

  void start(@Observes StartupEvent started) {
    readers.open(
        Topics.RUN_REQUESTS,
        MOST,
        records -> batch.handle(Topics.RUN_REQUESTS, WANTED, records, this::all));
  }

  private Uni<Void> all(List<Received> events) {
    return InTurn.each(
        events,
        received ->
            received.event() instanceof RunRequested requested
                ? one(received, requested)
                : Uni.createFrom().voidItem());
  }

  /** An event that is delivered again leads to the same run. */
  private static ScheduleRun.Idempotency once(Received received) {
    return new ScheduleRun.Idempotency(
        "event:" + received.attributes().source() + ":" + received.attributes().id(), "");
  }

  private Uni<Void> one(Received received, RunRequested requested) {
    return registries
        .findByName(requested.registry())
        .map(found ->
            found.orElseThrow(() ->
                ArmException.of(
                    404,
                    "ResourceNotFound",
                    "Registry '" + requested.registry() + "' was not found.")))
        .chain(registry ->
            acceptRunRequest.accept(
                registry,
                new RunRequest.OfTask(
                    requested.task(), StepOverride.values(requested.values()), false),
                new AcceptRunRequest.Origin("Event", TaskIdentity.NONE, once(received))))
        .replaceWithVoid()
        .onFailure(ArmException.class)
        .recoverWithUni(refused -> rejectRun.reject(received, requested, (ArmException) refused));
  }
}
