package io.slipway.registry.notify;

import io.quarkus.scheduler.Scheduled;
import io.slipway.registry.RegistryConfig;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/** Brings notifications to task-api, in order, each until it is acknowledged. */
@ApplicationScoped
class DeliverNotifications {
  private static final Logger LOG = Logger.getLogger(DeliverNotifications.class);
  private static final int BATCH = 100;

  private final Notifications notifications;
  private final RegistryConfig config;
  private final ServiceToken token;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  DeliverNotifications(Notifications notifications, RegistryConfig config, ServiceToken token) {
    this.notifications = notifications;
    this.config = config;
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
      while (!waiting.isEmpty() && send(waiting)) {
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

  private boolean send(List<Path> files) throws IOException, InterruptedException {
    JsonArray events = new JsonArray();
    for (Path file : files) {
      events.add(new JsonObject(Files.readString(file)));
    }
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(config.taskApiUrl().orElseThrow() + "/internal/registry-events"))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer " + token.get())
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    new JsonObject().put("events", events).encode()))
            .build();
    int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    if (status / 100 != 2) {
      LOG.infof("notifications wait: task-api answered %d", status);
    }
    return status / 100 == 2;
  }
}
