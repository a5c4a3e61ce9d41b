package io.slipway.agent.run;

import io.slipway.agent.config.AgentConfig;
import io.slipway.agent.credential.BrokerCredentials;
import io.slipway.agent.event.EventPublisher;
import io.slipway.agent.http.HttpCalls;
import io.slipway.agent.log.RunLog;
import io.slipway.agent.step.ImportImages;
import io.slipway.agent.step.RunSteps;
import io.slipway.contract.RunCompleted;
import io.slipway.contract.RunOutcome;
import io.slipway.images.registry.RegistryAccess;
import io.slipway.images.registry.RegistryCallException;
import io.slipway.images.registry.RegistryConnections;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Executes one claimed attempt from its log-ins to its last log line. */
@ApplicationScoped
public class ExecuteRun {
  private static final Logger LOG = Logger.getLogger(ExecuteRun.class);

  private final AgentConfig config;
  private final HttpCalls http;
  private final HeartbeatLoop heartbeats;
  private final EventPublisher publisher;
  private final RegistryConnections connections;
  private final ImportImages importImages;
  private final RunSteps runSteps;
  private final InstantSource clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("run-timer").factory());

  ExecuteRun(
      AgentConfig config,
      HttpCalls http,
      HeartbeatLoop heartbeats,
      EventPublisher publisher,
      RegistryConnections connections,
      ImportImages importImages,
      RunSteps runSteps,
      InstantSource clock) {
    this.config = config;
    this.http = http;
    this.heartbeats = heartbeats;
    this.publisher = publisher;
    this.connections = connections;
    this.importImages = importImages;
    this.runSteps = runSteps;
    this.clock = clock;
  }

  /** Executes it; returns when it is reported, or lost. */
  public void execute(Claim claim) {
    RunSpec spec = claim.spec();
    String token = claim.runToken();
    if (spec == null || token == null) {
      throw new IllegalArgumentException("the run was not claimed");
    }
    RunLease lease = new RunLease(spec, token, clock.instant().plusSeconds(claim.leaseSeconds()));
    lease.workedBy(Thread.currentThread());
    heartbeats.add(lease);
    var timeout =
        timer.schedule(
            () -> lease.end(RunLease.Ending.TIMED_OUT), spec.timeoutSeconds(), TimeUnit.SECONDS);
    RunReport report = new RunReport(publisher, spec, clock);
    RunLog log =
        new RunLog(spec.ref(), spec.logOffset(), config.agent().logLimit(), clock, report::log);
    var flusher = timer.scheduleWithFixedDelay(log::flush, 500, 500, TimeUnit.MILLISECONDS);
    try {
      work(lease, report, log);
    } finally {
      flusher.cancel(false);
      timeout.cancel(false);
      heartbeats.remove(lease);
    }
  }

  private void work(RunLease lease, RunReport report, RunLog log) {
    RunSpec spec = lease.spec();
    long begun = clock.millis();
    RegistryAccess registries =
        new RegistryAccess(
            connections, new BrokerCredentials(http, config.brokerUrl(), lease, log.masker()));
    Path workspace =
        config.agent().dataDir().resolve("runs").resolve(spec.runUid() + "-" + spec.attempt());
    Attempt attempt = Attempt.begin(spec, log, report, registries, workspace);
    RunOutcome outcome = RunOutcome.SUCCEEDED;
    @Nullable String error = null;
    try {
      Workspaces.make(workspace);
      announce(spec, log);
      steps(attempt);
    } catch (RunFailedException failed) {
      outcome = RunOutcome.FAILED;
      error = failed.getMessage();
    } catch (InterruptedException ended) {
      outcome = ending(lease);
      error =
          outcome == RunOutcome.TIMEOUT
              ? "timed out after " + spec.timeoutSeconds() + "s"
              : "canceled";
    } catch (IOException | RuntimeException broken) {
      LOG.errorf(broken, "run %s", spec.runUid());
      outcome = RunOutcome.ERROR;
      error = "the agent failed: " + broken.getClass().getSimpleName();
    } finally {
      // Whatever interrupted the run must not interrupt its report.
      Thread.interrupted();
      Workspaces.delete(workspace);
    }
    if (lease.ending() == RunLease.Ending.LOST) {
      LOG.warnf("run %s attempt %d is not ours any more", spec.runUid(), spec.attempt());
      return;
    }
    finish(attempt, lease, outcome, error == null ? null : log.masker().mask(error), begun);
  }

  private void announce(RunSpec spec, RunLog log) {
    List<String> lost = spec.lostAgents();
    if (spec.attempt() > 1 && lost != null && !lost.isEmpty()) {
      log.engine(
          "Agent %s was lost; this is attempt %d of the run."
              .formatted(lost.get(lost.size() - 1), spec.attempt()));
    }
  }

  private void steps(Attempt attempt) throws RunFailedException, InterruptedException, IOException {
    RunSpec spec = attempt.spec();
    if (spec.step().path("type").asText().equals("Import")) {
      importImages.run(attempt, spec.step());
      return;
    }
    runSteps.run(attempt, this::logIn);
  }

  /** Tries every registry of the run before the first step. */
  private void logIn(Attempt attempt) throws RunFailedException, InterruptedException {
    for (String registry : attempt.spec().logins()) {
      attempt.log().engine("Logging in to registry: " + registry);
      try {
        attempt.registries().logIn(registry);
      } catch (RegistryCallException refused) {
        throw new RunFailedException(
            "failed to login to " + registry + ": " + refused.getMessage(), refused);
      }
      attempt.log().engine("Successfully logged into " + registry);
    }
  }

  private static RunOutcome ending(RunLease lease) {
    return switch (lease.ending()) {
      case TIMED_OUT -> RunOutcome.TIMEOUT;
      case CANCELED -> RunOutcome.CANCELED;
      case NONE, LOST -> RunOutcome.ERROR;
    };
  }

  private void finish(
      Attempt attempt, RunLease lease, RunOutcome outcome, @Nullable String error, long begun) {
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
                List.copyOf(attempt.dependencies())),
            lease);
  }
}
