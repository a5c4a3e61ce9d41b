package io.slipway.agent.run;

import io.slipway.agent.attempt.Attempt;
import io.slipway.agent.attempt.Workspaces;
import io.slipway.agent.config.AgentConfig;
import io.slipway.agent.credential.BrokerCalls;
import io.slipway.agent.credential.BrokerCredentials;
import io.slipway.agent.credential.SecretStores;
import io.slipway.agent.event.EventPublisher;
import io.slipway.agent.http.HttpCalls;
import io.slipway.agent.lease.Claim;
import io.slipway.agent.lease.RunFailedException;
import io.slipway.agent.lease.RunLease;
import io.slipway.agent.lease.RunSpec;
import io.slipway.agent.log.RunLog;
import io.slipway.agent.step.ImportImages;
import io.slipway.agent.step.RunSteps;
import io.slipway.builder.registry.RegistryAccess;
import io.slipway.builder.registry.RegistryCallException;
import io.slipway.builder.registry.RegistryConnections;
import io.slipway.contract.RunCompleted;
import io.slipway.contract.RunOutcome;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.InterruptException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Executes one claimed attempt from its log-ins to its last log line. */
@ApplicationScoped
public class ExecuteRun {
  private static final Logger LOG = Logger.getLogger(ExecuteRun.class);
  private static final long FLUSH_MILLIS = 500;

  private final AgentConfig config;
  private final HttpCalls http;
  private final HeartbeatLoop heartbeats;
  private final EventPublisher publisher;
  private final RegistryConnections connections;
  private final SecretStores secretStores;
  private final ImportImages importImages;
  private final RunSteps runSteps;
  private final DataFolder dataFolder;
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
      SecretStores secretStores,
      ImportImages importImages,
      RunSteps runSteps,
      DataFolder dataFolder,
      InstantSource clock) {
    this.config = config;
    this.http = http;
    this.heartbeats = heartbeats;
    this.publisher = publisher;
    this.connections = connections;
    this.secretStores = secretStores;
    this.importImages = importImages;
    this.runSteps = runSteps;
    this.dataFolder = dataFolder;
    this.clock = clock;
  }

  /**
   * Executes it; returns when it is reported, or another agent's affair.
   *
   * @param askedNanos {@link System#nanoTime()} before the claim was asked for
   */
  public void execute(Claim claim, long askedNanos) {
    RunSpec spec = claim.spec();
    String token = claim.runToken();
    if (spec == null || token == null) {
      throw new IllegalArgumentException("the run was not claimed");
    }
    RunLease lease =
        new RunLease(spec, token, askedNanos, Duration.ofSeconds(claim.leaseSeconds()));
    lease.workedBy(Thread.currentThread());
    heartbeats.add(lease);
    var timeout =
        timer.schedule(
            () -> lease.end(RunLease.Ending.TIMED_OUT), spec.timeoutSeconds(), TimeUnit.SECONDS);
    RunReport report = new RunReport(publisher, spec, clock);
    RunLog log =
        new RunLog(spec.ref(), spec.logOffset(), config.agent().logLimit(), clock, report::log);
    // A thread of its own: while Kafka is away a flush may wait, and nothing else may wait for it.
    Thread flusher = Thread.ofVirtual().start(() -> flushNowAndThen(log));
    try {
      work(lease, report, log);
    } finally {
      flusher.interrupt();
      timeout.cancel(false);
      heartbeats.done(lease);
    }
  }

  private static void flushNowAndThen(RunLog log) {
    try {
      while (true) {
        Thread.sleep(FLUSH_MILLIS);
        log.flush();
      }
    } catch (InterruptedException | InterruptException over) {
      Thread.currentThread().interrupt();
    }
  }

  private void work(RunLease lease, RunReport report, RunLog log) {
    RunSpec spec = lease.spec();
    long begun = clock.millis();
    BrokerCalls broker = new BrokerCalls(http, config.brokerUrl(), lease, log::engine);
    RegistryAccess registries =
        new RegistryAccess(
            connections, new BrokerCredentials(broker, secretStores.of(broker), log.masker()));
    Path workspace = dataFolder.workspace(spec);
    Attempt attempt =
        Attempt.begin(
            lease, broker, log, report, registries, workspace, dataFolder.secretFolder(spec));
    RunOutcome outcome = RunOutcome.SUCCEEDED;
    @Nullable String error = null;
    try {
      Workspaces.makeForSteps(workspace);
      announce(spec, log);
      steps(attempt);
    } catch (RunFailedException | IOException | RuntimeException | InterruptedException failed) {
      outcome = outcome(lease, failed);
      error = error(spec, outcome, failed);
      if (outcome == RunOutcome.ERROR) {
        LOG.errorf(failed, "run %s", spec.runUid());
      }
    } finally {
      // Whatever interrupted the run must not interrupt its report.
      Thread.interrupted();
      Workspaces.delete(workspace);
    }
    if (lease.ending().silent()) {
      LOG.warnf(
          "run %s attempt %d is another agent's now: %s",
          spec.runUid(), spec.attempt(), lease.ending());
      return;
    }
    finish(attempt, lease, outcome, error == null ? null : log.masker().reason(error), begun);
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

  /** A run that was told to end may fail in any way; why it was told to is what counts. */
  private static RunOutcome outcome(RunLease lease, Exception failed) {
    return switch (lease.ending()) {
      case TIMED_OUT -> RunOutcome.TIMEOUT;
      case CANCELED -> RunOutcome.CANCELED;
      case NONE, LOST, HANDED_BACK ->
          failed instanceof RunFailedException ? RunOutcome.FAILED : RunOutcome.ERROR;
    };
  }

  private static String error(RunSpec spec, RunOutcome outcome, Exception failed) {
    return switch (outcome) {
      case TIMEOUT -> "timed out after " + spec.timeoutSeconds() + "s";
      case CANCELED -> "canceled";
      case FAILED -> String.valueOf(failed.getMessage());
      default -> "the agent failed: " + failed.getClass().getSimpleName();
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
