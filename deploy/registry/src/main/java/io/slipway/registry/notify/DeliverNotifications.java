package io.slipway.registry.notify;

import io.quarkus.scheduler.Scheduled;
import io.slipway.identity.client.BlockingHttp;
import io.slipway.identity.client.ServiceToken;
import io.slipway.registry.RegistryConfig;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/** Brings notifications to task-api, in order, each until it is acknowledged. */
@ApplicationScoped
class DeliverNotifications {
  private static final Logger LOG = Logger.getLogger(DeliverNotifications.class);
  private static final int BATCH = 100;

  private final Notifications notifications;
  private final RegistryConfig config;
  private final BlockingHttp http;
  private final ServiceToken token;

  DeliverNotifications(
      Notifications notifications, RegistryConfig config, BlockingHttp http, ServiceToken token) {
    this.notifications = notifications;
    this.config = config;
    this.http = http;
    this.token = token;
  }

  @Scheduled(every = "0.5s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void deliver() {
    if (config.taskApiUrl().isEmpty()) {
      return;
    }
    try {
      List<Path> waiting = notifications.waiting(BATCH);
      while (!waiting.isEmpty() && send(config.taskApiUrl().get(), waiting)) {
        for (Path file : waiting) {
          Files.deleteIfExists(file);
        }
        waiting = notifications.waiting(BATCH);
      }
    } catch (IOException notNow) {
      LOG.infof("notifications wait: %s", notNow.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean send(String taskApiUrl, List<Path> files)
      throws IOException, InterruptedException {
    List<Map<String, Object>> events = new ArrayList<>();
    for (Path file : files) {
      events.add(new JsonObject(Files.readString(file)).getMap());
    }
    BlockingHttp.Answer answer =
        token.callAndWait(
            bearer ->
                http.post(
                    taskApiUrl + "/internal/registry-events", bearer, Map.of("events", events)),
            BlockingHttp.Answer::status);
    if (!answer.ok()) {
      LOG.infof("notifications wait: task-api answered %d", answer.status());
    }
    return answer.ok();
  }
}
