package io.slipway.taskapi.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.slipway.taskapi.run.course.Run;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Counters of runs. Labels have bounded sets of values; a run's id is never one. */
@ApplicationScoped
public class RunMetrics {
  private final MeterRegistry meters;
  private final BoundedCounters counters;
  private final Timer queueTime;

  RunMetrics(MeterRegistry meters, BoundedCounters counters) {
    this.meters = meters;
    this.counters = counters;
    this.queueTime =
        Timer.builder("slipway.run.queue")
            .description("Time from queued to claimed")
            .serviceLevelObjectives(
                Duration.ofMillis(5),
                Duration.ofMillis(10),
                Duration.ofMillis(25),
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                Duration.ofMillis(250),
                Duration.ofMillis(500),
                Duration.ofSeconds(1),
                Duration.ofMillis(2500),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofMinutes(1),
                Duration.ofMinutes(5),
                Duration.ofHours(1))
            .register(meters);
  }

  /** A run was claimed after it had waited so long. */
  public void claimed(Duration waited) {
    queueTime.record(waited.isNegative() ? Duration.ZERO : waited);
  }

  public void ended(Run run) {
    ended(
        run.key().registry(),
        run.key().task(),
        run.origin().trigger().kind(),
        run.state().status());
  }

  /**
   * A run ended.
   *
   * @param result final status of the run
   */
  public void ended(String registry, @Nullable String task, String trigger, String result) {
    counters.increment(
        "slipway.runs",
        Tags.of(
            "registry",
            registry,
            "task",
            task == null ? "" : task,
            "trigger",
            trigger,
            "result",
            result));
  }

  /** A lease ended without a heartbeat. */
  public void leaseExpired() {
    meters.counter("slipway.lease.expired").increment();
  }

  /** A run went back to the queue. */
  public void requeued(String reason) {
    meters.counter("slipway.runs.requeued", "reason", reason).increment();
  }

  /** Bytes of logs were stored. */
  public void logged(long bytes) {
    meters.counter("slipway.log.bytes").increment(bytes);
  }

  /** An event is about a run that the ledger does not have. */
  public void ofUnknownRun(String type) {
    meters.counter("slipway.events.of.unknown.runs", "type", type).increment();
  }

  /** An event changed nothing. */
  public void ignored(String type) {
    meters.counter("slipway.events.ignored", "type", type).increment();
  }
}
