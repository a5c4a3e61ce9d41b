package io.slipway.agent.intake;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.slipway.agent.config.AgentConfig;
import io.slipway.agent.lease.HeldLeases;
import io.slipway.agent.lease.RunLease;
import io.slipway.agent.run.HeartbeatLoop;
import io.slipway.contract.kafka.KafkaSettings;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Takes queued runs as a member of a share group, on a thread of its own. Polls only when there is
 * a free slot, holds records only while it asks task-api for their runs, and acknowledges at once:
 * Kafka decides which agent sees a run first, task-api decides which one owns it.
 */
@ApplicationScoped
public class RunQueue {
  private static final Logger LOG = Logger.getLogger(RunQueue.class);

  /**
   * How long an agent that is at least three quarters busy waits for further slots, so that its
   * runs come several at a time. An agent that has little to do never waits.
   */
  private static final Duration GATHER = Duration.ofMillis(20);

  private static final int QUARTER = 4;

  /** How long the thread waits for anything before it shows that it is alive. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** Time for ending the processes of steps and handing their runs back when the agent stops. */
  private static final Duration HAND_BACK = Duration.ofSeconds(4);

  /** All that a turn may wait for is shorter. */
  private static final Duration STUCK = Duration.ofSeconds(60);

  private final Map<String, Object> kafka;
  private final AgentConfig config;
  private final ClaimRuns claimRuns;
  private final Slots slots;
  private final HeartbeatLoop heartbeats;
  private final HeldLeases leases;
  private final Backoff backoff = new Backoff();
  private final Thread thread =
      Thread.ofPlatform().name("run-queue").daemon().unstarted(this::listen);
  private volatile long movedNanos = System.nanoTime();
  private volatile boolean stopped;

  RunQueue(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      AgentConfig config,
      ClaimRuns claimRuns,
      Slots slots,
      HeartbeatLoop heartbeats,
      HeldLeases leases) {
    this.kafka = kafka;
    this.config = config;
    this.claimRuns = claimRuns;
    this.slots = slots;
    this.heartbeats = heartbeats;
    this.leases = leases;
  }

  void start(@Observes StartupEvent event) {
    thread.start();
  }

  /**
   * Takes no new runs and lets those at work end within the drain limit. What is left then is
   * handed back: its processes are ended, it reports nothing more, and another agent may begin. All
   * slots are acquired, and kept, so that a record that is polled at this moment is released, not
   * begun.
   */
  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopped = true;
    heartbeats.drain();
    Duration limit = config.agent().drainLimit();
    if (slots.takeAll(limit)) {
      return;
    }
    LOG.warnf("runs still at work after %s are handed back", limit);
    long end = System.nanoTime() + HAND_BACK.toNanos();
    do {
      // Again and again: one that was just claimed shows up a moment later.
      leases.all().forEach(lease -> lease.end(RunLease.Ending.HANDED_BACK));
      if (slots.takeAll(Duration.ofMillis(250))) {
        return;
      }
    } while (end - System.nanoTime() > 0);
    LOG.warn("runs that were handed back have not ended; their processes end with the agent");
  }

  /** Whether the intake does its turns, or the agent stops; a full agent does them too. */
  boolean isMoving() {
    return stopped || (thread.isAlive() && System.nanoTime() - movedNanos < STUCK.toNanos());
  }

  private void listen() {
    while (!stopped) {
      try (QueueConsumers consumers = new QueueConsumers(kafka, config, slots.all())) {
        while (!stopped) {
          turn(consumers);
          movedNanos = System.nanoTime();
        }
      } catch (KafkaException | IllegalStateException broken) {
        LOG.warnf(
            "queue: %s; joining again. %s",
            broken.getMessage(), KafkaSettings.advice(broken).orElse(""));
        pause(LOOK);
      } catch (InterruptedException interrupted) {
        return;
      } catch (RuntimeException | Error broken) {
        // Whatever it is: an agent whose queue thread is gone does nothing.
        LOG.error("queue: joining again", broken);
        pause(LOOK);
      }
      movedNanos = System.nanoTime();
    }
  }

  private void turn(QueueConsumers consumers) throws InterruptedException {
    // A gate, not a reservation: polled records are kept from the other agents, so nothing is
    // polled while every slot is busy. Only this thread takes slots, so those that are free here
    // still are when the records are claimed, unless stop() has taken all.
    int free = slots.await(Math.max(1, slots.all() / QUARTER), GATHER);
    if (free == 0) {
      // No poll soon that the acknowledgements could go with.
      consumers.flush();
      int unused = slots.await(1, LOOK);
      return;
    }
    List<ConsumerRecord<String, byte[]>> records = consumers.poll(free);
    if (records.isEmpty()) {
      return;
    }
    if (stopped) {
      consumers.acknowledge(records, Collections.nCopies(records.size(), AcknowledgeType.RELEASE));
      consumers.flush();
      return;
    }
    ClaimRuns.Taken taken = claimRuns.take(records);
    consumers.acknowledge(records, taken.acknowledgements());
    if (taken.notNow()) {
      consumers.flush();
      rest();
    } else {
      backoff.succeeded();
    }
  }

  /** Nothing is polled meanwhile: each delivery of a record counts, and Kafka allows but a few. */
  private void rest() throws InterruptedException {
    Thread.sleep(backoff.failed());
    while (!stopped && !heartbeats.isAnswered()) {
      movedNanos = System.nanoTime();
      Thread.sleep(100);
    }
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
