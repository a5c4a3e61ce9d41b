package io.slipway.taskapi.request;

import io.slipway.contract.RunRequested;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.definition.RunRequest;
import io.slipway.taskapi.definition.StepOverride;
import io.slipway.taskapi.request.ReceiveEvents.Answer;
import io.slipway.taskapi.request.RejectRun.Rejected;
import io.slipway.taskapi.request.RunRequestConsumer.Request;
import io.slipway.taskapi.run.RunAnnouncements;
import io.slipway.taskapi.run.RunQueries;
import io.slipway.taskapi.run.ScheduleRun;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.task.Task;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Accepts what events ask for, however they came: everything that can be accepted in one
 * transaction, with its answers; what cannot be is answered in another.
 */
@ApplicationScoped
class AcceptRequests {
  private final RequestSenders senders;
  private final LookUpTasks lookUp;
  private final ScheduleRun scheduleRun;
  private final AcceptRunRequest acceptRunRequest;
  private final RejectRun rejectRun;
  private final RunQueries runs;
  private final RunAnnouncements announcements;
  private final AcceptOne acceptOne;

  AcceptRequests(
      RequestSenders senders,
      LookUpTasks lookUp,
      ScheduleRun scheduleRun,
      AcceptRunRequest acceptRunRequest,
      RejectRun rejectRun,
      RunQueries runs,
      RunAnnouncements announcements,
      AcceptOne acceptOne) {
    this.senders = senders;
    this.lookUp = lookUp;
    this.scheduleRun = scheduleRun;
    this.acceptRunRequest = acceptRunRequest;
    this.rejectRun = rejectRun;
    this.runs = runs;
    this.announcements = announcements;
    this.acceptOne = acceptOne;
  }

  /** Accepts and answers; done when that is committed. */
  Uni<Void> all(List<Request> requests) {
    return decided(requests).replaceWithVoid();
  }

  /** The same, with the answers in the order of the requests, also to those that came before. */
  Uni<List<Answer>> answers(List<Request> requests) {
    return decided(requests)
        .chain(decided ->
            runs.find(decided.earlier())
                .map(found -> {
                  Map<UUID, Run> earlier = new HashMap<>();
                  found.forEach(run -> earlier.put(run.key().uid(), run));
                  return requests.stream()
                      .map(request -> decided.answer(request, earlier))
                      .toList();
                }));
  }

  /** What was decided about the requests of a batch. */
  private final class Decided {
    private final RequestedTasks found;
    private final Map<Request, Run> accepted = new LinkedHashMap<>();
    private final Map<Request, Rejected> rejected = new LinkedHashMap<>();
    private final List<UUID> known = new ArrayList<>();

    Decided(RequestedTasks found) {
      this.found = found;
    }

    List<UUID> earlier() {
      return known;
    }

    void reject(Request request, ArmException refused) {
      rejected.put(request, request.rejected(refused));
    }

    Answer answer(Request request, Map<UUID, Run> earlier) {
      Rejected no = rejected.get(request);
      if (no != null) {
        return new Answer(rejectRun.message(no), no.refused());
      }
      UUID uid = found.accepted(request);
      Run run = uid == null ? accepted.get(request) : earlier.get(uid);
      if (run == null) {
        ArmException gone = ArmException.conflict("The run of this event was deleted.");
        return new Answer(rejectRun.message(request.rejected(gone)), gone);
      }
      return new Answer(
          announcements.answer(
              run, found.registry(request.requested()).id(), request.received().asCause()),
          null);
    }
  }

  private Uni<Decided> decided(List<Request> requests) {
    return lookUp
        .find(requests)
        .chain(found ->
            senders.denied(requests, found).chain(denied -> decide(requests, denied, found)));
  }

  private Uni<Decided> decide(List<Request> requests, Set<Request> denied, RequestedTasks found) {
    Decided decided = new Decided(found);
    List<Request> drafted = new ArrayList<>();
    List<ScheduleRun.Asked> asked = new ArrayList<>();
    Map<Request, Uni<Run>> ones = new LinkedHashMap<>();
    for (Request request : requests) {
      UUID earlier = found.accepted(request);
      if (earlier != null) {
        decided.known.add(earlier);
        continue;
      }
      try {
        if (denied.contains(request)) {
          throw RequestSenders.refusal(request);
        }
        if (AcceptOne.isFor(request)) {
          ones.put(request, acceptOne.accept(request, found.registry(request.requested())));
        } else {
          asked.add(new ScheduleRun.Asked(draft(request, found), request.once()));
          drafted.add(request);
        }
      } catch (ArmException refused) {
        decided.reject(request, refused);
      }
    }
    List<Uni<Run>> scheduled = scheduleRun.schedule(asked);
    for (int i = 0; i < scheduled.size(); i++) {
      ones.put(drafted.get(i), scheduled.get(i));
    }
    // One after the other: most are one batch, and what was decided has one writer.
    return InTurn.each(ones.entrySet(), one -> decide(one.getKey(), one.getValue(), decided))
        .chain(() -> rejectRun.reject(List.copyOf(decided.rejected.values())))
        .replaceWith(decided);
  }

  private static Uni<Void> decide(Request request, Uni<Run> run, Decided decided) {
    return run.invoke(accepted -> decided.accepted.put(request, accepted))
        .replaceWithVoid()
        .onFailure(ArmException.class)
        .recoverWithItem(refused -> {
          decided.reject(request, (ArmException) refused);
          return null;
        });
  }

  private ScheduleRun.Draft draft(Request request, RequestedTasks found) {
    RunRequested requested = (RunRequested) request.requested();
    Task task = found.task(requested);
    return acceptRunRequest.draft(
        found.registry(requested),
        task,
        new RunRequest.OfTask(task.name(), StepOverride.values(requested.values()), false),
        request.received().asCause());
  }
}
