package io.slipway.taskapi.logreader;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** How many streams of logs are open; one reader must not take the places of all others. */
@ApplicationScoped
class StreamPlaces {
  private final int most;
  private final int mostOfOne;
  private final AtomicInteger open = new AtomicInteger();
  private final Map<String, Integer> byPrincipal = new ConcurrentHashMap<>();

  StreamPlaces(
      @ConfigProperty(name = "slipway.log.streams", defaultValue = "1000") int most,
      @ConfigProperty(name = "slipway.log.streams-of-one-reader", defaultValue = "100")
          int mostOfOne) {
    this.most = most;
    this.mostOfOne = mostOfOne;
  }

  /** Whether the principal may open one more stream. */
  boolean hasRoom(String principalId) {
    return open.get() < most && byPrincipal.getOrDefault(principalId, 0) < mostOfOne;
  }

  /** A stream begins. */
  void take(String principalId) {
    open.incrementAndGet();
    byPrincipal.merge(principalId, 1, Integer::sum);
  }

  /** A stream that was begun has ended. */
  void give(String principalId) {
    open.decrementAndGet();
    byPrincipal.computeIfPresent(principalId, (id, count) -> count > 1 ? count - 1 : null);
  }
}
