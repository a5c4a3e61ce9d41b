package io.slipway.taskapi.event;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;

/**
 * A topic whose reader has ended is read again only after a new start. One that waits for Kafka or
 * the database lives, however long that takes.
 */
@Liveness
@ApplicationScoped
class ReadersLive implements HealthCheck {
  private final TopicReaders readers;

  ReadersLive(TopicReaders readers) {
    this.readers = readers;
  }

  @Override
  public HealthCheckResponse call() {
    List<String> ended = readers.ended();
    HealthCheckResponseBuilder answer =
        HealthCheckResponse.named("Kafka topics are read").status(ended.isEmpty());
    ended.forEach(topic -> answer.withData(topic, "its reader has ended"));
    return answer.build();
  }
}
