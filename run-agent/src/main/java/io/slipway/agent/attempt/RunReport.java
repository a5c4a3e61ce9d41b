package io.slipway.agent.attempt;

import io.slipway.agent.event.EventPublisher;
import io.slipway.agent.lease.RunLease;
import io.slipway.contract.EventAttributes;
import io.slipway.contract.EventType;
import io.slipway.contract.ImagePushed;
import io.slipway.contract.ImageRef;
import io.slipway.contract.LogAppended;
import io.slipway.contract.RunCompleted;
import io.slipway.contract.RunEvent;
import io.slipway.contract.RunStarted;
import io.slipway.contract.StepCompleted;
import io.slipway.contract.StepKind;
import io.slipway.contract.StepOutcome;
import io.slipway.contract.StepStarted;
import io.slipway.contract.agent.RunSpecification;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.InterruptException;
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
  private static final long PAUSE_MILLIS = 1_000;

  private final EventPublisher publisher;
  private final RunSpecification spec;
  private final InstantSource clock;
  private final AtomicInteger number = new AtomicInteger(FIRST);

  public RunReport(EventPublisher publisher, RunSpecification spec, InstantSource clock) {
    this.publisher = publisher;
    this.spec = spec;
    this.clock = clock;
  }

  /** Publishes that the agent has the run: before all other events of the attempt. */
  public void begun(String agent) {
    Instant now = clock.instant();
    RunStarted started = new RunStarted(spec.ref(), agent, now);
    publisher.event(attributes(started, "", BEGUN), spec.runUid(), started);
  }

  /** Publishes that a step begins; returns before Kafka has it, as all but {@link #ended}. */
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
    send(
        new StepCompleted(spec.ref(), stepId, kind, outcome, code, error, begun, clock.instant()),
        "/steps/" + stepId);
  }

  /** Publishes that a registry has an image. */
  public void pushed(String stepId, ImageRef image) {
    send(new ImagePushed(spec.ref(), stepId, image, clock.instant()), "/steps/" + stepId);
  }

  /** Publishes that a step never began. */
  public void skipped(String stepId, StepKind kind) {
    send(
        new StepCompleted(
            spec.ref(), stepId, kind, StepOutcome.SKIPPED, null, null, null, clock.instant()),
        "/steps/" + stepId);
  }

  /** Publishes a piece of the log. */
  public void log(LogAppended piece) {
    publisher.log(attributes(piece, ""), spec.runUid(), piece);
  }

  /**
   * Publishes that the run is over; tried until Kafka has it, as long as the run belongs to this
   * agent. An interrupt does not end it: the lease may be ended for a reason that still has to be
   * reported, and only one that belongs to another agent ends the loop.
   */
  public void ended(RunCompleted completed, RunLease lease) {
    EventAttributes attributes = attributes(completed, "");
    while (!lease.ending().silent()) {
      try {
        publisher.eventAcknowledged(attributes, spec.runUid(), completed);
        lease.reported();
        return;
      } catch (ExecutionException failed) {
        LOG.warnf("run %s: its end waits for Kafka: %s", spec.runUid(), failed.getMessage());
      } catch (InterruptedException | InterruptException ending) {
        LOG.debugf("run %s: interrupted while it reports its end", spec.runUid());
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException again) {
      LOG.debug("interrupted while waiting for Kafka");
    }
  }

  /** One at a time: steps end side by side, and numbers must be sent in their order. */
  private synchronized void send(RunEvent event, String subject) {
    publisher.event(attributes(event, subject), spec.runUid(), event);
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
        null);
  }
}
