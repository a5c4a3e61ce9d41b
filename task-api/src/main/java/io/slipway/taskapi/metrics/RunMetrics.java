package io.slipway.taskapi.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.Startup;
import io.slipway.contract.FailureClass;
import io.slipway.contract.RunDetails;
import io.slipway.contract.StepResult;
import io.slipway.taskapi.run.course.Run;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How runs go, by the conventions of OpenTelemetry for CI and CD. Labels have bounded sets of
 * values; a run's id is never one. All names are in docs/telemetry.md.
 */
@ApplicationScoped
@Startup // a counter that is there from the start shows its first increment
public class RunMetrics {
  private static final int MOST_POOLS = 50;

  private final MeterRegistry meters;
  private final BoundedCounters counters;
  private final Durations durations;
  private final BoundedLabel pools = new BoundedLabel(MOST_POOLS);
  private final Counter leasesExpired;
  private final Counter logBytes;

  RunMetrics(MeterRegistry meters, BoundedCounters counters, Durations durations) {
    this.meters = meters;
    this.counters = counters;
    this.durations = durations;
    this.leasesExpired = meters.counter("slipway.lease.expired");
    this.logBytes = meters.counter("slipway.log.bytes");
  }

  /** A run was claimed after it had waited so long. */
  public void claimed(String pool, Duration waited) {
    took("pending", "", pool, waited);
  }

  /** A run ended that no agent could end. */
  public void ended(Run run, FailureClass failure) {
    ended(
        run.key().registry(),
        run.key().task(),
        run.origin().trigger().kind(),
        run.state().status());
    failed(run.origin().pool(), failure);
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

  /** What the agent says of a run that ended, and of its steps; it is not trusted to be whole. */
  public void ended(String result, Instant finished, RunDetails details) {
    Instant started = details.startedAt();
    if (started != null) {
      took("executing", result(result), details.pool(), Duration.between(started, finished));
    }
    FailureClass failure = details.failure();
    if (failure != null) {
      failed(details.pool(), failure);
    }
    details.steps().forEach(this::ended);
  }

  private void ended(StepResult step) {
    Instant started = step.startedAt();
    if (started == null
        || step.finishedAt() == null
        || step.kind() == null
        || step.outcome() == null) {
      return;
    }
    durations.record(
        "slipway.step.duration",
        "Time from begin to end of a step",
        Tags.of("kind", word(step.kind()), "outcome", word(step.outcome())),
        Duration.between(started, step.finishedAt()));
  }

  private void took(String state, String result, @Nullable String pool, Duration duration) {
    durations.record(
        "cicd.pipeline.run.duration",
        "Time that runs waited, and were executed",
        Tags.of(
            "cicd.pipeline.run.state",
            state,
            "cicd.pipeline.result",
            result,
            "pool",
            pools.of(pool)),
        duration);
  }

  private void failed(@Nullable String pool, FailureClass failure) {
    meters
        .counter("cicd.pipeline.run.errors", "error.type", word(failure), "pool", pools.of(pool))
        .increment();
  }

  /** The word of the conventions for a final status. */
  private static String result(String status) {
    return switch (status) {
      case "Succeeded" -> "success";
      case "Failed" -> "failure";
      case "Canceled" -> "cancellation";
      case "Timeout" -> "timeout";
      default -> "error";
    };
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** A lease ended without a heartbeat. */
  public void leaseExpired() {
    leasesExpired.increment();
  }

  /** A run went back to the queue. */
  public void requeued(String reason) {
    meters.counter("slipway.runs.requeued", "reason", reason).increment();
  }

  /** Bytes of logs were stored. */
  public void logged(long bytes) {
    logBytes.increment(bytes);
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
