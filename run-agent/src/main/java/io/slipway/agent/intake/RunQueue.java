package io.slipway.agent.intake;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.slipway.agent.config.AgentConfig;
import io.slipway.agent.event.EventPublisher;
import io.slipway.agent.lease.RunLease;
import io.slipway.agent.run.ExecuteRun;
import io.slipway.agent.run.HeartbeatLoop;
import io.slipway.agent.run.TaskApiClient;
import io.slipway.contract.EventType;
import io.slipway.contract.RunQueued;
import io.slipway.contract.Topics;
import io.slipway.contract.agent.Claim;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Takes queued runs as a member of a share group, on a thread of its own. Polls only when there is
 * a free slot, holds a record only while it asks task-api for the run, and acknowledges at once:
 * Kafka decides which agent sees a run first, task-api decides which one owns it.
 */
@ApplicationScoped
public class RunQueue {
  private static final Logger LOG = Logger.getLogger(RunQueue.class);

  /**
   * Not shorter than {@code fetch.max.wait.ms}: a poll that gives up earlier leaves records
   * acquired by this agent that nobody looks at.
   */
  private static final Duration POLL = Duration.ofSeconds(1);

  /** Time for ending the processes of steps when the agent stops. */
  private static final Duration HAND_BACK = Duration.ofSeconds(4);

  private final String bootstrap;
  private final AgentConfig config;
  private final TaskApiClient taskApi;
  private final ExecuteRun executeRun;
  private final ObjectMapper json;
  private final HeartbeatLoop heartbeats;
  private final EventPublisher publisher;
  private final Semaphore slots;
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean stopped;

  RunQueue(
      @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrap,
      AgentConfig config,
      TaskApiClient taskApi,
      ExecuteRun executeRun,
      HeartbeatLoop heartbeats,
      EventPublisher publisher,
      ObjectMapper json) {
    this.bootstrap = bootstrap;
    this.config = config;
    this.taskApi = taskApi;
    this.executeRun = executeRun;
    this.heartbeats = heartbeats;
    this.publisher = publisher;
    this.json = json;
    this.slots = new Semaphore(config.agent().slots());
  }

  void start(@Observes StartupEvent event) {
    Thread.ofPlatform().name("run-queue").daemon().start(this::listen);
  }

  /**
   * Takes no new runs and lets those at work end within the drain limit. What is left then is
   * handed back: it reports nothing more, and when its lease is over another agent begins. All
   * slots are acquired, and kept, so that a record that is polled at this moment is released, not
   * begun.
   */
  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopped = true;
    int all = config.agent().slots();
    Duration limit = config.agent().drainLimit();
    if (!slots.tryAcquire(all, limit.toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.warnf("runs still at work after %s are handed back", limit);
      heartbeats.endAll(RunLease.Ending.HANDED_BACK);
      if (!slots.tryAcquire(all, HAND_BACK.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("runs that were handed back have not ended; their processes end with the agent");
      }
    }
  }

  private void listen() {
    while (!stopped) {
      try (KafkaShareConsumer<String, byte[]> consumer = consumer()) {
        consumer.subscribe(
            List.of(
                config.kafka().topicPrefix().orElse("") + Topics.runQueue(config.agent().pool())));
        while (!stopped) {
          take(consumer);
        }
      } catch (KafkaException | IllegalStateException broken) {
        LOG.warnf("queue: %s; joining again", broken.getMessage());
        pause(Duration.ofSeconds(1));
      } catch (RuntimeException broken) {
        // Whatever it is: an agent whose queue thread is gone looks healthy and does nothing.
        LOG.error("queue: joining again", broken);
        pause(Duration.ofSeconds(1));
      } catch (InterruptedException interrupted) {
        return;
      }
    }
  }

  private void take(KafkaShareConsumer<String, byte[]> consumer) throws InterruptedException {
    // A gate, not a reservation: polled records are kept from the other agents, so nothing is
    // polled
    // while every slot is busy. The slot goes back at once because a poll may find nothing, and a
    // slot that waits for a record would hold up stop(). Only this thread takes single slots, so
    // the one that was free here still is when handle() takes it, unless stop() has taken all.
    slots.acquire();
    slots.release();
    if (stopped) {
      return;
    }
    for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
      consumer.acknowledge(record, handle(record));
    }
    consumer
        .commitSync()
        .forEach((partition, failed) ->
            failed.ifPresent(
                why -> LOG.infof("acknowledgement lost, the claim decides: %s", why.getMessage())));
  }

  private AcknowledgeType handle(ConsumerRecord<String, byte[]> record)
      throws InterruptedException {
    RunQueued queued;
    try {
      queued = (RunQueued) json.readValue(record.value(), EventType.RUN_QUEUED.record());
    } catch (IOException unreadable) {
      return deadLetter(record);
    }
    if (!slots.tryAcquire()) {
      return AcknowledgeType.RELEASE; // The agent stops: another one may have it.
    }
    boolean begun = false;
    try {
      long asked = System.nanoTime();
      Claim claim = taskApi.claim(queued);
      if (claim.spec() != null && claim.runToken() != null) {
        workers.execute(() -> work(claim, asked));
        begun = true;
      }
      // Acknowledged after the claim: an agent that dies in between leaves a record that another
      // one gets, asks for, and is told to be taken.
      return AcknowledgeType.ACCEPT;
    } catch (IOException notNow) {
      LOG.warnf("claim of run %s: %s", queued.run().runUid(), notNow.getMessage());
      pause(Duration.ofSeconds(1));
      return AcknowledgeType.RELEASE;
    } finally {
      if (!begun) {
        slots.release();
      }
    }
  }

  private AcknowledgeType deadLetter(ConsumerRecord<String, byte[]> record)
      throws InterruptedException {
    LOG.errorf("unreadable record at offset %d of the queue", record.offset());
    try {
      publisher.deadLetter(record, "not an event of type " + EventType.RUN_QUEUED.type());
      return AcknowledgeType.REJECT;
    } catch (ExecutionException notNow) {
      LOG.warnf("dead letter: %s", notNow.getMessage());
      return AcknowledgeType.RELEASE;
    }
  }

  private void work(Claim claim, long asked) {
    try {
      executeRun.execute(claim, asked);
    } finally {
      slots.release();
    }
  }

  private KafkaShareConsumer<String, byte[]> consumer() {
    return new KafkaShareConsumer<>(
        Map.of(
            "bootstrap.servers", bootstrap,
            "group.id",
                config.kafka().topicPrefix().orElse("") + Topics.agentGroup(config.agent().pool()),
            "share.acknowledgement.mode", "explicit",
            "share.acquire.mode", "record_limit",
            "max.poll.records", "1"),
        new StringDeserializer(),
        new ByteArrayDeserializer());
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
