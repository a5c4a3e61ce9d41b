package io.slipway.agent.attempt;

import io.slipway.agent.event.AttemptEvents;
import io.slipway.agent.event.EventPublisher;
import io.slipway.agent.lease.RunLease;
import io.slipway.agent.log.RunLog;
import io.slipway.contract.EventAttributes;
import io.slipway.contract.EventType;
import io.slipway.contract.FailureClass;
import io.slipway.contract.ImagePushed;
import io.slipway.contract.ImageRef;
import io.slipway.contract.LogAppended;
import io.slipway.contract.RunCompleted;
import io.slipway.contract.RunDetails;
import io.slipway.contract.RunEvent;
import io.slipway.contract.RunStarted;
import io.slipway.contract.StepCompleted;
import io.slipway.contract.StepKind;
import io.slipway.contract.StepOutcome;
import io.slipway.contract.StepResult;
import io.slipway.contract.StepStarted;
import io.slipway.contract.agent.RunSpecification;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the events of one attempt. Its first is number 2, all others are numbered from 10
 * upwards; the rest of the numbers below are those of task-api.
 */
public final class RunReport {
  private static final Logger LOG = Logger.getLogger(RunReport.class);
  private static final int BEGUN = 2;
  private static final int FIRST = 10;
  private static final Duration LOOK_AT_THE_LEASE = Duration.ofSeconds(1);

  private final AttemptEvents events;
  private final RunSpecification spec;
  private final InstantSource clock;
  private final AtomicInteger number = new AtomicInteger(FIRST);
  private final List<StepResult> steps = new ArrayList<>();
  private @Nullable String agent;
  private @Nullable Instant begun;
  private @Nullable String revision;

  public RunReport(EventPublisher publisher, RunLease lease, InstantSource clock) {
    RunSpecification spec = lease.spec();
    this.events = publisher.open(spec.runUid(), spec.attempt(), lease.eventKey());
    this.spec = spec;
    this.clock = clock;
  }

  /** Publishes that the agent has the run: before all other events of the attempt. */
  public void begun(String agent) {
    Instant now = clock.instant();
    this.agent = agent;
    this.begun = now;
    RunStarted started = new RunStarted(spec.ref(), agent, now);
    long unused = events.event(attributes(started, "", BEGUN), started);
  }

  /** Remembers the commit of the run's context for {@link #details}; empty if it has none. */
  public void revision(String commit) {
    revision = commit.isEmpty() ? null : commit;
  }

  /** Publishes that a step begins; waits for nothing, as all but {@link #ended}. */
  public void started(String stepId, StepKind kind, Instant at) {
    send(new StepStarted(spec.ref(), stepId, kind, at), "/steps/" + stepId);
  }

  /**
   * Publishes that a step is over.
   *
   * @param code exit code of its program; null if it did not end by itself
   * @param error why it failed, masked; null if it succeeded
   */
  public void completed(
      String stepId,
      StepKind kind,
      StepOutcome outcome,
      @Nullable Integer code,
      @Nullable String error,
      Instant begun) {
    completed(
        new StepCompleted(spec.ref(), stepId, kind, outcome, code, error, begun, clock.instant()));
  }

  /** Publishes that a registry has an image. */
  public void pushed(String stepId, ImageRef image) {
    send(new ImagePushed(spec.ref(), stepId, image, clock.instant()), "/steps/" + stepId);
  }

  /** Publishes that a step never began. */
  public void skipped(String stepId, StepKind kind) {
    completed(
        new StepCompleted(
            spec.ref(), stepId, kind, StepOutcome.SKIPPED, null, null, null, clock.instant()));
  }

  private synchronized void completed(StepCompleted step) {
    steps.add(
        new StepResult(
            step.stepId(), step.kind(), step.outcome(), step.startedAt(), step.finishedAt()));
    send(step, "/steps/" + step.stepId());
  }

  /**
   * What the end of the run says besides its outcome.
   *
   * @param pool pool of this agent, for a task-api that does not say which one the run waited in
   */
  public synchronized RunDetails details(String pool, @Nullable FailureClass failure) {
    RunSpecification.Queueing queueing = spec.queueing();
    return new RunDetails(
        spec.registryId() + "/runs/" + spec.runId(),
        queueing == null ? null : queueing.trigger(),
        queueing == null ? pool : queueing.pool(),
        spec.platform().os(),
        spec.platform().architecture(),
        agent,
        spec.createdAt(),
        queueing == null ? null : queueing.queuedAt(),
        begun,
        failure,
        revision,
        StepResult.fitting(steps));
  }

  /** Where the log goes. */
  public RunLog.Pieces log() {
    return new RunLog.Pieces() {
      @Override
      public void publish(LogAppended piece) {
        long unused = events.log(attributes(piece, ""), piece);
      }

      @Override
      public void pace() {
        events.pace();
      }
    };
  }

  /**
   * Publishes that the run is over; returns when Kafka has it and all that was published before it,
   * or when the run belongs to another agent. An interrupt does not end the waiting: the lease may
   * be ended for a reason that still has to be reported, and only one that belongs to another agent
   * ends it. Should this process end first, the end waits on disk for the next one.
   */
  public void ended(RunCompleted completed, RunLease lease) {
    lease.finished();
    long number = events.event(attributes(completed, ""), completed);
    while (!lease.ending().silent()) {
      try {
        if (events.awaitAcknowledged(number, LOOK_AT_THE_LEASE)) {
          lease.reported();
          return;
        }
      } catch (InterruptedException ending) {
        LOG.debugf("run %s: interrupted while it reports its end", spec.runUid());
      }
    }
  }

  /** One at a time: steps end side by side, and numbers must be sent in their order. */
  private synchronized void send(RunEvent event, String subject) {
    long unused = events.event(attributes(event, subject), event);
  }

  private EventAttributes attributes(RunEvent event, String subject) {
    return attributes(event, subject, number.getAndIncrement());
  }

  private EventAttributes attributes(RunEvent event, String subject, int eventNumber) {
    return new EventAttributes(
        UUID.randomUUID(),
        spec.source(),
        EventType.of(event).type(),
        "runs/" + spec.runId() + subject,
        clock.instant(),
        spec.attempt(),
        EventAttributes.sequence(spec.attempt(), eventNumber),
        spec.causation());
  }
}
