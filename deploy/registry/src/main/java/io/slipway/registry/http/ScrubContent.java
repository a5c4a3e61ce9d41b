package io.slipway.registry.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import io.quarkus.scheduler.Scheduled;
import io.slipway.registry.RegistryConfig;
import io.slipway.registry.store.Digest;
import io.slipway.registry.store.Scrub.Pace;
import io.slipway.registry.store.Scrub.Scrubbed;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Reads all content again, slowly, and counts what was found to be damaged. */
@ApplicationScoped
@Startup // a counter that is there from the start shows its first increment
class ScrubContent {
  private static final Logger LOG = Logger.getLogger(ScrubContent.class);
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final LoginServers servers;
  private final long bytesPerSecond;
  private final Counter damaged;
  private final Counter read;
  private volatile boolean stopping;

  ScrubContent(LoginServers servers, RegistryConfig config, MeterRegistry meters) {
    this.servers = servers;
    this.bytesPerSecond = config.registry().scrubRate();
    this.damaged =
        Counter.builder("slipway.registry.damaged.blobs")
            .description("blobs that were set aside, because their content had changed")
            .register(meters);
    this.read =
        Counter.builder("slipway.registry.scrubbed.bytes")
            .description("bytes of blobs that were read again and compared with their digests")
            .register(meters);
  }

  @Scheduled(
      every = "24h",
      delayed = "10m",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void scrub() {
    if (bytesPerSecond == 0) {
      return;
    }
    try {
      Scrubbed found = servers.scrub(pace(), this::report);
      found.problems().stream().limit(20).forEach(problem -> LOG.errorf("not read: %s", problem));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void report(Digest digest) {
    damaged.increment();
    LOG.errorf(
        "blob %s was damaged and is set aside; whoever pushes it again brings it back", digest);
  }

  /** What is not read by then is read after the next start. */
  void stop(@Observes ShutdownEvent event) {
    stopping = true;
  }

  /** Sleeps for the time that the bytes may take; a longest sleep lets the process stop. */
  private Pace pace() {
    long[] owed = {0};
    return bytes -> {
      if (stopping) {
        throw new InterruptedException("the process ends");
      }
      read.increment(bytes);
      owed[0] += Math.multiplyExact(bytes, SECOND) / bytesPerSecond;
      if (owed[0] > SECOND / 10) {
        Thread.sleep(Duration.ofNanos(Math.min(owed[0], SECOND)));
        owed[0] = 0;
      }
    };
  }
}
