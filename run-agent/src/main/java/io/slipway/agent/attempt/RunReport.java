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

/** Tells the world what one attempt does; its events are numbered from 10 upwards. */
public final class RunReport {
  private static final Logger LOG = Logger.getLogger(RunReport.class);
  private static final int FIRST = 10;
  private static final long PAUSE_MILLIS = 1_000;

  private final EventPublisher publisher;
  private final RunSpecification spec;
  private final InstantSource clock;
  private final AtomicInteger number = new AtomicInteger(FIRST);

  /** For one attempt. */
  public RunReport(EventPublisher publisher, RunSpecification spec, InstantSource clock) {
    this.publisher = publisher;
    this.spec = spec;
    this.clock = clock;
  }

  /** A step begins. */
  public void started(String stepId, StepKind kind, Instant at) {
    send(new StepStarted(spec.ref(), stepId, kind, at), "/steps/" + stepId);
  }

  /** A step is over. */
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

  /** An image is in a registry. */
  public void pushed(String stepId, ImageRef image) {
    send(new ImagePushed(spec.ref(), stepId, image, clock.instant()), "/steps/" + stepId);
  }

  /** A step never began. */
  public void skipped(String stepId, StepKind kind) {
    send(
        new StepCompleted(
            spec.ref(), stepId, kind, StepOutcome.SKIPPED, null, null, null, clock.instant()),
        "/steps/" + stepId);
  }

  /** A piece of the log. */
  public void log(LogAppended piece) {
    publisher.log(attributes(piece, ""), spec.runUid(), piece);
  }

  /** The run is over; tried until Kafka has it, as long as the run is this agent's. */
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
    return new EventAttributes(
        UUID.randomUUID(),
        spec.source(),
        EventType.of(event).type(),
        "runs/" + spec.runId() + subject,
        clock.instant(),
        spec.attempt(),
        EventAttributes.sequence(spec.attempt(), number.getAndIncrement()),
        null);
  }
}
