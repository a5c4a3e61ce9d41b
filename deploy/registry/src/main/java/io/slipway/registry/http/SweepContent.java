package io.slipway.registry.http;

import io.quarkus.scheduler.Scheduled;
import io.slipway.registry.RegistryConfig;
import io.slipway.registry.store.Sweep.Swept;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import org.jboss.logging.Logger;

/** Takes away abandoned uploads and content that nobody can reach any more. */
@ApplicationScoped
class SweepContent {
  private static final Logger LOG = Logger.getLogger(SweepContent.class);

  private final LoginServers servers;
  private final RegistryConfig config;
  private final InstantSource clock;

  SweepContent(LoginServers servers, RegistryConfig config, InstantSource clock) {
    this.servers = servers;
    this.config = config;
    this.clock = clock;
  }

  @Scheduled(every = "1h", delayed = "1m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void sweep() {
    Instant now = clock.instant();
    Swept swept =
        servers.sweep(
            now.minus(config.registry().uploadAge()), now.minus(config.registry().graceAge()));
    if (swept.uploads() + swept.links() + swept.blobs() > 0) {
      LOG.infof(
          "swept %d abandoned uploads, %d links and %d blobs of %d bytes",
          swept.uploads(), swept.links(), swept.blobs(), swept.bytes());
    }
    swept.problems().stream().limit(20).forEach(problem -> LOG.warnf("not swept: %s", problem));
  }
}
