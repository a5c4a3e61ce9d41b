package io.slipway.registry.http;

import io.quarkus.scheduler.Scheduled;
import io.slipway.registry.RegistryConfig;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import org.jboss.logging.Logger;

/** Deletes uploads that their clients have abandoned. */
@ApplicationScoped
class SweepUploads {
  private static final Logger LOG = Logger.getLogger(SweepUploads.class);

  private final LoginServers servers;
  private final RegistryConfig config;
  private final InstantSource clock;

  SweepUploads(LoginServers servers, RegistryConfig config, InstantSource clock) {
    this.servers = servers;
    this.config = config;
    this.clock = clock;
  }

  @Scheduled(every = "1h", delayed = "1m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void sweep() {
    try {
      int count = servers.sweepUploads(clock.instant().minus(config.registry().uploadAge()));
      if (count > 0) {
        LOG.infof("deleted %d abandoned uploads", count);
      }
    } catch (IOException | UncheckedIOException changing) {
      // Folders come and go while it looks; what it misses it finds the next time.
      LOG.infof("uploads were not swept: %s", changing.getMessage());
    }
  }
}
