package io.slipway.agent.run;

import io.slipway.agent.attempt.Attempt;
import io.slipway.agent.attempt.BeginAttempt;
import io.slipway.agent.lease.HeldLeases;
import io.slipway.agent.lease.RunLease;
import io.slipway.agent.log.RunLog;
import io.slipway.agent.step.RunSteps;
import io.slipway.contract.FailureClass;
import io.slipway.contract.RunCompleted;
import io.slipway.contract.RunDetails;
import io.slipway.contract.RunOutcome;
import io.slipway.contract.agent.Claim;
import io.slipway.contract.agent.RunSpecification;
import io.slipway.taskfile.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Executes one claimed attempt from its empty workspace to its last log line. */
@ApplicationScoped
public class ExecuteRun {
  private static final Logger LOG = Logger.getLogger(ExecuteRun.class);

  private final BeginAttempt beginAttempt;
  private final HeldLeases leases;
  private final LogFlusher flusher;
  private final TaskApiClient taskApi;
  private final RunSteps runSteps;
  private final InstantSource clock;
  private final ScheduledThreadPoolExecutor timer = timer();

  ExecuteRun(
      BeginAttempt beginAttempt,
      HeldLeases leases,
      LogFlusher flusher,
      TaskApiClient taskApi,
      RunSteps runSteps,
      InstantSource clock) {
    this.beginAttempt = beginAttempt;
    this.leases = leases;
    this.flusher = flusher;
    this.taskApi = taskApi;
    this.runSteps = runSteps;
    this.clock = clock;
  }

  /** Forgets the time limits of runs that are over: they are hours, and runs are many. */
  private static ScheduledThreadPoolExecutor timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            Thread.ofPlatform()
                .daemon()
                .name("run-timer")
                .inheritInheritableThreadLocals(false) // it is every run's
                .factory());
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  /**
   * Executes a run on the calling thread; returns when its end is in Kafka, or when the run belongs
   * to another agent.
   *
   * @param claim a claim that was granted
   * @param askedNanos {@link System#nanoTime()} just before the claim was sent
   * @param alone waits until the agent does nothing else, and keeps it from that until this returns
   */
  public void execute(Claim claim, long askedNanos, Alone alone) {
    RunSpecification spec = claim.spec();
    String token = claim.runToken();
    if (spec == null || token == null) {
      throw new IllegalArgumentException("the run was not claimed");
    }
    RunLease lease =
        new RunLease(
            spec, token, claim.eventKey(), askedNanos, Duration.ofSeconds(claim.leaseSeconds()));
    try (LogFields of = LogFields.of(spec)) {
      execute(lease, alone);
    }
  }

  private void execute(RunLease lease, Alone alone) {
    Attempt attempt = beginAttempt.begin(lease);
    leases.hold(lease);
    try (LogFlusher.Open flushed = flusher.open(attempt.log())) {
      attempt.report().begun(beginAttempt.agent());
      work(attempt, alone);
    } finally {
      // Its end is in Kafka, which the ledger reads before it takes a run for lost; or the run is
      // another agent's.
      leases.forget(lease);
    }
    if (lease.ending() == RunLease.Ending.HANDED_BACK) {
      handBack(lease);
    }
  }

  /** Nothing of the run is at work any more: others need not wait for the end of the lease. */
  private void handBack(RunLease lease) {
    Thread.interrupted();
    try {
      taskApi.release(List.of(lease));
    } catch (IOException later) {
      LOG.warnf(
          "run %s is free when its lease is over: %s", lease.spec().runUid(), later.getMessage());
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the agent. */
  @FunctionalInterface
  public interface Alone {
    void begin() throws InterruptedException;
  }

  private void work(Attempt attempt, Alone alone) {
    RunSpecification spec = attempt.spec();
    RunLease lease = attempt.lease();
    RunLog log = attempt.log();
    long begun = clock.millis();
    RunOutcome outcome = RunOutcome.SUCCEEDED;
    @Nullable String error = null;
    @Nullable FailureClass failure = null;
    try {
      announce(spec, log);
      if (!spec.lostAgents().isEmpty()) {
        // It may end this agent, too, and must not take others' runs with it.
        alone.begin();
      }
      limited(attempt);
    } catch (Refusal | IOException | RuntimeException | InterruptedException failed) {
      outcome = outcome(lease, failed);
      error = error(spec, outcome, failed);
      failure = failure(outcome, failed);
      if (outcome == RunOutcome.ERROR) {
        LOG.errorf(failed, "run %s", spec.runUid());
      }
    } finally {
      // Whatever interrupted the run must not interrupt its report. Another end may still come and
      // interrupt again: RunReport.ended goes on until Kafka has it or the run is lost.
      Thread.interrupted();
      attempt.workspace().delete();
    }
    if (lease.ending().silent()) {
      LOG.warnf(
          "run %s attempt %d is another agent's now: %s",
          spec.runUid(), spec.attempt(), lease.ending());
      return;
    }
    RunDetails details = attempt.report().details(beginAttempt.pool(), failure);
    finish(attempt, outcome, error == null ? null : log.masker().reason(error), details, begun);
  }

  private void limited(Attempt attempt) throws Refusal, InterruptedException, IOException {
    var timeout =
        timer.schedule(
            () -> attempt.lease().end(RunLease.Ending.TIMED_OUT),
            attempt.spec().timeoutSeconds(),
            TimeUnit.SECONDS);
    try {
      runSteps.run(attempt);
    } finally {
      timeout.cancel(false);
    }
  }

  private void announce(RunSpecification spec, RunLog log) {
    if (spec.attempt() > 1 && !spec.lostAgents().isEmpty()) {
      log.engine(
          "Agent %s was lost; this is attempt %d of the run, which has its agent for itself."
              .formatted(spec.lostAgents().getLast(), spec.attempt()));
    }
  }

  /** A run that was told to end may fail in any way; why it was told to is what counts. */
  private static RunOutcome outcome(RunLease lease, Exception failed) {
    return switch (lease.ending()) {
      case TIMED_OUT -> RunOutcome.TIMEOUT;
      case CANCELED -> RunOutcome.CANCELED;
      case NONE, LOST, HANDED_BACK ->
          failed instanceof Refusal ? RunOutcome.FAILED : RunOutcome.ERROR;
    };
  }

  private static FailureClass failure(RunOutcome outcome, Exception failed) {
    return switch (outcome) {
      case TIMEOUT -> FailureClass.TIMED_OUT;
      case CANCELED -> FailureClass.CANCELED;
      default ->
          failed instanceof Refusal refusal
              ? FailureClass.valueOf(refusal.blame().name())
              : FailureClass.PLATFORM;
    };
  }

  private static String error(RunSpecification spec, RunOutcome outcome, Exception failed) {
    return switch (outcome) {
      case TIMEOUT -> "timed out after " + spec.timeoutSeconds() + "s";
      case CANCELED -> "canceled";
      default ->
          failed instanceof Refusal refusal
              ? refusal.text()
              : "the agent failed: " + failed.getClass().getSimpleName();
    };
  }

  private void finish(
      Attempt attempt, RunOutcome outcome, @Nullable String error, RunDetails details, long begun) {
    RunLog log = attempt.log();
    long seconds = Duration.ofMillis(clock.millis() - begun).toSeconds();
    log.plain("");
    log.plain(
        outcome == RunOutcome.SUCCEEDED
            ? "Run ID: %s was successful after %ds".formatted(attempt.spec().runId(), seconds)
            : "Run ID: %s failed after %ds. Error: %s"
                .formatted(attempt.spec().runId(), seconds, error));
    log.flush();
    attempt
        .report()
        .ended(
            new RunCompleted(
                attempt.spec().ref(),
                outcome,
                error,
                clock.instant(),
                log.bytes(),
                List.copyOf(attempt.pushed()),
                List.copyOf(attempt.dependencies()),
                details),
            attempt.lease());
  }
}
