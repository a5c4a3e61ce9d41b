package io.slipway.taskapi.request;

import io.slipway.contract.CancelRequested;
import io.slipway.contract.RunRequested;
import io.slipway.taskapi.access.Access;
import io.slipway.taskapi.body.RunRequestReader;
import io.slipway.taskapi.definition.RunRequest;
import io.slipway.taskapi.definition.TaskIdentity;
import io.slipway.taskapi.neighbour.IdentityClient.Check;
import io.slipway.taskapi.outbox.Outbox;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.request.RunRequestConsumer.Request;
import io.slipway.taskapi.run.CancelRun;
import io.slipway.taskapi.run.RunAnnouncements;
import io.slipway.taskapi.run.RunQueries;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunTrigger;
import io.slipway.taskapi.store.OffLoop;
import io.slipway.taskapi.task.TaskRepository;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Accepts a request by event that says more than a task and its values, as the call would: what is
 * to run or to be canceled. It takes the rights of the call besides the one to ask for runs.
 */
@ApplicationScoped
class AcceptOne {
  private static final String ACTION = "Microsoft.ContainerRegistry/registries/";

  private final Access access;
  private final AcceptRunRequest acceptRunRequest;
  private final CancelRun cancelRun;
  private final RunQueries runs;
  private final RunAnnouncements announcements;
  private final OffLoop offLoop;

  AcceptOne(
      Access access,
      AcceptRunRequest acceptRunRequest,
      CancelRun cancelRun,
      RunQueries runs,
      RunAnnouncements announcements,
      OffLoop offLoop) {
    this.access = access;
    this.acceptRunRequest = acceptRunRequest;
    this.cancelRun = cancelRun;
    this.runs = runs;
    this.announcements = announcements;
    this.offLoop = offLoop;
  }

  /** Whether a request is of this kind, and no plain run of a task. */
  static boolean isFor(Request request) {
    return !(request.requested() instanceof RunRequested run) || run.request() != null;
  }

  /** Accepts it; done when that and its answer are committed. */
  Uni<Run> accept(Request request, Registry registry) {
    return request.requested() instanceof CancelRequested cancel
        ? cancel(request, registry, cancel.runId())
        : run(request, registry, (RunRequested) request.requested());
  }

  private Uni<Run> run(Request request, Registry registry, RunRequested requested) {
    Map<String, Object> body = Objects.requireNonNull(requested.request());
    return offLoop
        .call(() -> RunRequestReader.ofEvent(body, requested.task(), registry.id()))
        .call(read -> access.require(request.sender(), checks(registry, read)))
        .chain(read ->
            acceptRunRequest.accept(
                registry,
                read,
                new AcceptRunRequest.Origin(
                    RunTrigger.event(request.received().asCause()),
                    TaskIdentity.NONE,
                    request.once())));
  }

  private static List<Check> checks(Registry registry, RunRequest read) {
    return read instanceof RunRequest.OfTask ofTask && ofTask.bringsItsOwnFiles()
        ? List.of(new Check(ACTION + "tasks/write", TaskRepository.id(registry, ofTask.task())))
        : List.of();
  }

  private Uni<Run> cancel(Request request, Registry registry, String runId) {
    String scope = registry.id() + "/runs/" + runId;
    return access
        .require(request.sender(), ACTION + "runs/cancel/action", scope)
        .chain(() -> runs.get(registry, runId))
        .call(run -> {
          Outbox.Message answer =
              announcements.answer(run, registry.id(), request.received().asCause());
          return cancelRun.cancel(run, request.key(), answer);
        });
  }
}
