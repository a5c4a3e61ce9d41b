package io.slipway.taskapi.event;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Not ready while records of a topic wait and are not handled: somebody has to look. */
@Readiness
@ApplicationScoped
class StreamsMove implements HealthCheck {
  private final TopicReaders readers;
  private final Duration limit;

  StreamsMove(
      TopicReaders readers,
      @ConfigProperty(name = "slipway.kafka.stuck-after", defaultValue = "PT60S") Duration limit) {
    this.readers = readers;
    this.limit = limit;
  }

  @Override
  public HealthCheckResponse call() {
    var stuck = readers.stuck(limit);
    HealthCheckResponseBuilder answer =
        HealthCheckResponse.named("Kafka topics move").status(stuck.isEmpty());
    stuck.forEach(answer::withData);
    return answer.build();
  }
}
