package io.slipway.registry.notify;

import io.quarkus.scheduler.Scheduled;
import io.slipway.identity.client.BlockingHttp;
import io.slipway.identity.client.ServiceToken;
import io.slipway.registry.RegistryConfig;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/** Brings notifications to task-api, in order, each until it is acknowledged. */
@ApplicationScoped
class DeliverNotifications {
  private static final Logger LOG = Logger.getLogger(DeliverNotifications.class);
  private static final int BATCH = 100;

  /** What is wrong with the notification, not with the moment. */
  private static final Set<Integer> REFUSED = Set.of(400, 413, 422);

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
      // Listed once for many portions: the folder may be long after an outage.
      List<Path> waiting = notifications.waiting(BATCH * BATCH);
      boolean went = true;
      for (int from = 0; went && from < waiting.size(); from += BATCH) {
        went = bring(waiting.subList(from, Math.min(from + BATCH, waiting.size())));
      }
    } catch (IOException notNow) {
      LOG.infof("notifications wait: %s", notNow.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Brings a portion; one that task-api does not take is looked at alone, then set aside. */
  private boolean bring(List<Path> files) throws IOException, InterruptedException {
    List<Path> readable = new ArrayList<>();
    List<Map<String, Object>> events = new ArrayList<>();
    for (Path file : files) {
      try {
        events.add(new JsonObject(Files.readString(file)).getMap());
        readable.add(file);
      } catch (DecodeException | MalformedInputException broken) {
        setAside(file, "it cannot be read");
      }
    }
    int status = events.isEmpty() ? 200 : send(config.taskApiUrl().orElseThrow(), events);
    if (status / 100 == 2) {
      for (Path file : readable) {
        Files.deleteIfExists(file);
      }
      return true;
    }
    if (!REFUSED.contains(status)) {
      LOG.infof("notifications wait: task-api answered %d", status);
      return false;
    }
    if (readable.size() == 1) {
      setAside(readable.getFirst(), "task-api answered " + status);
      return true;
    }
    for (Path file : readable) {
      if (!bring(List.of(file))) {
        return false;
      }
    }
    return true;
  }

  private static void setAside(Path file, String why) throws IOException {
    LOG.errorf("notification %s is set aside: %s", file, why);
    Files.move(file, file.resolveSibling(file.getFileName() + ".refused"));
  }

  private int send(String taskApiUrl, List<Map<String, Object>> events)
      throws IOException, InterruptedException {
    BlockingHttp.Answer answer =
        token.callAndWait(
            bearer ->
                http.post(
                    taskApiUrl + "/internal/registry-events", bearer, Map.of("events", events)),
            BlockingHttp.Answer::status);
    return answer.status();
  }
}
