package io.slipway.taskapi.event;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/** The one client that asks Kafka about topics and groups. */
@ApplicationScoped
class KafkaAdmin {
  private static final Duration LAST_WAIT = Duration.ofSeconds(1);

  private final Map<String, Object> settings;
  private @Nullable Admin admin;

  KafkaAdmin(@Identifier("default-kafka-broker") Map<String, Object> client) {
    this.settings = new HashMap<>(client);
    this.settings.remove("group.id");
    this.settings.put("client.id", "task-api.admin");
    this.settings.put("default.api.timeout.ms", 10_000);
    this.settings.put("request.timeout.ms", 5_000);
    this.settings.put("reconnect.backoff.max.ms", 1_000);
  }

  /** Makes the client now: that takes a moment, and its first user may be an event loop. */
  void start(@Observes StartupEvent started) {
    admin();
  }

  synchronized Admin admin() {
    Admin there = admin;
    if (there == null) {
      there = Admin.create(settings);
      admin = there;
    }
    return there;
  }

  @PreDestroy
  synchronized void close() {
    if (admin != null) {
      admin.close(LAST_WAIT);
    }
  }
}
