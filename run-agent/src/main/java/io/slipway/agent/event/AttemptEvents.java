package io.slipway.agent.event;

import io.slipway.contract.EventAttributes;
import io.slipway.contract.RunEvent;
import io.slipway.contract.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the events and the log of one attempt, see {@link Spool}. To take a record never waits
 * for Kafka; whoever prints much asks {@link #pace} how fast it may.
 *
 * <p>The run, its steps, Kafka's thread and that of {@link Spools} meet here, under one lock, which
 * is held for no longer than a write to the disk takes.
 */
public final class AttemptEvents {
  private static final Logger LOG = Logger.getLogger(AttemptEvents.class);

  private final UUID runUid;
  private final byte @Nullable [] signingKey;
  private final EventRecords records;
  private final RecordProducer producer;
  private final SpoolFile file;
  private final Spool spool;
  private final Spools spools;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Whether {@link Spools} looks after it now. */
  private boolean watched;

  private boolean wasStored;

  /**
   * Those of an attempt.
   *
   * @param signingKey key that came with the claim, if one did
   * @param leftover how many records an earlier process left in the file, or 0
   */
  AttemptEvents(
      UUID runUid,
      byte @Nullable [] signingKey,
      EventRecords records,
      RecordProducer producer,
      SpoolFile file,
      Spools spools,
      long leftover) {
    this.runUid = runUid;
    this.signingKey = signingKey;
    this.records = records;
    this.producer = producer;
    this.file = file;
    this.spools = spools;
    this.spool = new Spool(this::send, file, leftover);
    this.wasStored = spool.isStored();
  }

  /**
   * Publishes to {@code run-events}; returns before Kafka has it.
   *
   * @return a number for {@link #awaitAcknowledged}
   */
  public long event(EventAttributes attributes, RunEvent event) {
    return publish(records.of(Topics.RUN_EVENTS, attributes, runUid, event, signingKey));
  }

  /** Publishes to {@code run-logs}; returns before Kafka has it. */
  public long log(EventAttributes attributes, RunEvent event) {
    return publish(records.of(Topics.RUN_LOGS, attributes, runUid, event, signingKey));
  }

  private long publish(EventRecord record) {
    lock.lock();
    try {
      long number = spool.offer(record, System.nanoTime());
      watch();
      return number;
    } finally {
      lock.unlock();
    }
  }

  /** Has {@link Spools} look after it until it is empty. */
  private void watch() {
    if (!watched) {
      watched = true;
      spools.add(this);
    }
  }

  private void send(Spool.Sent sent) {
    producer.send(sent.record(), () -> acknowledged(sent), problem -> failed(sent, problem));
  }

  private void acknowledged(Spool.Sent sent) {
    lock.lock();
    try {
      spool.acknowledged(sent);
      changed.signalAll();
      if (spool.isStored()) {
        spools.wake();
      }
    } finally {
      lock.unlock();
    }
  }

  private void failed(Spool.Sent sent, Exception problem) {
    LOG.debugf("run %s: %s", runUid, problem.getMessage());
    lock.lock();
    try {
      spool.failed(sent, System.nanoTime());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until whoever prints may go on: not at all as a rule, a moment while Kafka is slow, some
   * seconds once the disk has no room for more. An interrupt ends the waiting.
   */
  public void pace() {
    lock.lock();
    try {
      long begun = System.nanoTime();
      for (Duration wait = spool.pace(begun); wait.isPositive(); ) {
        long left = wait.toNanos() - (System.nanoTime() - begun);
        if (left <= 0 || changed.awaitNanos(left) <= 0) {
          return;
        }
        wait = spool.pace(System.nanoTime());
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until Kafka has an event and all that was published before it.
   *
   * @return whether it has
   */
  public boolean awaitAcknowledged(long number, Duration within) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = within.toNanos();
      while (!spool.isAcknowledged(number)) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Does what time has made due. */
  void tick() {
    lock.lock();
    try {
      spool.tick(System.nanoTime());
      say();
    } catch (IOException unreadable) {
      LOG.errorf(unreadable, "run %s: events on disk cannot be read and are left out", runUid);
      putAside();
    } finally {
      if (spool.isEmpty()) {
        watched = false;
        spools.remove(this);
      }
      lock.unlock();
    }
  }

  private void say() {
    if (spool.isStored() != wasStored) {
      wasStored = spool.isStored();
      LOG.infof(
          wasStored
              ? "run %s: Kafka is away; events wait on disk"
              : "run %s: Kafka has all events that waited on disk",
          runUid);
    }
  }

  private void putAside() {
    spool.abandonStored();
    changed.signalAll();
    try {
      file.putAside();
    } catch (IOException stays) {
      LOG.errorf(stays, "run %s: the file stays where it is", runUid);
    }
  }

  /**
   * Stores what Kafka does not have: the process is about to end.
   *
   * @return whether there is anything
   */
  boolean store() {
    lock.lock();
    try {
      if (spool.isEmpty()) {
        return false;
      }
      spool.storeAll();
      return true;
    } finally {
      lock.unlock();
    }
  }
}
