package io.slipway.taskapi.run;

import static java.util.Objects.requireNonNull;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.dispatch.Agents;
import io.slipway.taskapi.dispatch.FastPath;
import io.slipway.taskapi.dispatch.Lane;
import io.slipway.taskapi.dispatch.Limits;
import io.slipway.taskapi.run.RunRequests.Known;
import io.slipway.taskapi.run.ScheduleRun.Asked;
import io.slipway.taskapi.run.ScheduleRun.Draft;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunId;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.source.BuildSources;
import io.slipway.taskapi.store.InTurn;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Accepts a batch of runs in one transaction, with about as many statements as one run needs. */
@ApplicationScoped
class AcceptRuns {
  /** What an agent is to do is read at each claim, and must fit into its answer many times. */
  static final int LARGEST_SPECIFICATION = 256 * 1_024;

  private final RunRepository runs;
  private final RunNumbers numbers;
  private final RunRequests requests;
  private final QueueQuota quota;
  private final BuildSources sources;
  private final FastPath fastPath;
  private final Limits limits;
  private final RunAnnouncements announcements;
  private final InstantSource clock;

  AcceptRuns(
      RunRepository runs,
      RunNumbers numbers,
      RunRequests requests,
      QueueQuota quota,
      BuildSources sources,
      FastPath fastPath,
      Limits limits,
      RunAnnouncements announcements,
      InstantSource clock) {
    this.runs = runs;
    this.numbers = numbers;
    this.requests = requests;
    this.quota = quota;
    this.sources = sources;
    this.fastPath = fastPath;
    this.limits = limits;
    this.announcements = announcements;
    this.clock = clock;
  }

  /** Accepts what can be accepted and says why the rest can't. If this fails, none was accepted. */
  Uni<AcceptedRuns> accept(SqlConnection connection, List<Asked> asked, Agents alive) {
    AcceptedRuns accepted = new AcceptedRuns();
    return requests
        .remember(connection, asked)
        .chain(known -> {
          List<Asked> fresh =
              asked.stream().filter(one -> !known.containsKey(one.draft().uid())).toList();
          return InTurn.each(fresh, one -> check(connection, one.draft(), accepted))
              .chain(() -> requests.forget(connection, accepted.refused(fresh)))
              .chain(() -> insert(connection, accepted.accepted(fresh), accepted, alive))
              .chain(() -> recall(connection, asked, known, accepted));
        })
        .replaceWith(accepted);
  }

  private Uni<Void> check(SqlConnection connection, Draft draft, AcceptedRuns accepted) {
    if (draft.spec().length() > LARGEST_SPECIFICATION) {
      accepted.refuse(draft.uid(), tooLarge(draft));
      return Uni.createFrom().voidItem();
    }
    UUID source = draft.origin().buildSource();
    Uni<Boolean> complete =
        source == null
            ? Uni.createFrom().item(true)
            : sources.lockComplete(connection, source, draft.registryUid());
    return complete.chain(there -> {
      if (!there) {
        accepted.refuse(draft.uid(), noSource(draft));
        return Uni.createFrom().voidItem();
      }
      return quota
          .take(connection, draft.registryUid(), accepted.checked(draft.registryUid()))
          .invoke(room -> {
            if (room) {
              accepted.check(draft.registryUid());
            } else {
              accepted.refuse(draft.uid(), quota.refusal(draft.registry()));
            }
          })
          .replaceWithVoid();
    });
  }

  private static ArmException tooLarge(Draft draft) {
    return ArmException.of(
        400,
        "SpecificationTooLarge",
        "The run has %d characters of step, values and arguments, at most %d are allowed."
            .formatted(draft.spec().length(), LARGEST_SPECIFICATION));
  }

  private static ArmException noSource(Draft draft) {
    return ArmException.of(
        400,
        "SourceNotFound",
        "sourceLocation: registry '%s' has no complete upload '%s';"
                .formatted(draft.registry(), draft.origin().buildSource())
            + " upload to a new link (listBuildSourceUploadUrl).");
  }

  private Uni<Void> insert(
      SqlConnection connection, List<Draft> drafts, AcceptedRuns accepted, Agents alive) {
    if (drafts.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<Lane> lanes = drafts.stream().filter(this::needsNoTurn).map(Draft::lane).toList();
    // Sent together; the database looks at the lanes when it has the registries' counters.
    return Uni.combine()
        .all()
        .unis(numbers.next(connection, drafts), fastPath.open(connection, lanes, alive))
        .asTuple()
        .chain(both -> {
          add(drafts, both.getItem1(), both.getItem2(), accepted);
          return runs.insert(connection, accepted.added(), spec(drafts), accepted::toldAt);
        })
        .chain(() -> announcements.accepted(connection, accepted.added(), registries(drafts)));
  }

  private static Map<UUID, String> registries(List<Draft> drafts) {
    return drafts.stream().collect(Collectors.toMap(Draft::uid, Draft::registryId));
  }

  private static Function<Run, String> spec(List<Draft> drafts) {
    Map<UUID, String> specs = new HashMap<>();
    drafts.forEach(draft -> specs.put(draft.uid(), draft.spec()));
    return run -> requireNonNull(specs.get(run.key().uid()));
  }

  private void add(
      List<Draft> drafts, Map<UUID, Long> assigned, Set<Lane> open, AcceptedRuns accepted) {
    Instant now = clock.instant();
    for (Draft draft : drafts) {
      boolean told = needsNoTurn(draft) && open.contains(draft.lane());
      accepted.add(
          queued(draft, requireNonNull(assigned.get(draft.uid())), now), draft.lane(), told);
    }
  }

  /** Runs of a registry with a limit are counted at each turn. */
  private boolean needsNoTurn(Draft draft) {
    return limits.allow(draft.registryTags());
  }

  private static Run queued(Draft draft, long number, Instant now) {
    return new Run(
        new Run.Key(
            draft.uid(),
            draft.registryUid(),
            draft.registry(),
            number,
            RunId.of(draft.runPrefix(), number),
            draft.taskUid(),
            draft.task()),
        draft.origin(),
        new RunState.Queued(1),
        new Run.Times(now, now, null, null, now),
        Run.Lease.NONE,
        new Run.Result(null, List.of(), null),
        0,
        draft.archived());
  }

  /** Repeated requests get the run of the first one, which may be of the same batch. */
  private Uni<Void> recall(
      SqlConnection connection, List<Asked> asked, Map<UUID, Known> known, AcceptedRuns accepted) {
    List<UUID> elsewhere = new ArrayList<>();
    for (Asked one : asked) {
      UUID uid = one.draft().uid();
      Known first = known.get(uid);
      if (first != null && !first.isFor(one)) {
        accepted.refuse(uid, new ScheduleRun.KeyReused());
      } else if (first != null && !accepted.same(uid, first.runUid())) {
        elsewhere.add(first.runUid());
      }
    }
    return elsewhere.isEmpty()
        ? Uni.createFrom().voidItem()
        : runs.find(connection, elsewhere)
            .invoke(found -> accepted.recalled(known, found))
            .replaceWithVoid();
  }
}
