package io.slipway.agent.event;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The way of one attempt's records to Kafka: in their order, each at least once, none lost. As long
 * as Kafka answers they go there at once and nothing is stored. If it does not, what is under way
 * and all that follows is stored, and sent from there once Kafka has acknowledged what was under
 * way.
 *
 * <p>Decides only: it has no clock, no thread and no lock, and reaches Kafka and the disk by two
 * ports. All times are {@link System#nanoTime()}.
 */
public final class Spool {
  /** How long Kafka may take to acknowledge a record before it counts as being away. */
  public static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Bytes under way to Kafka from which on whoever prints has to wait. */
  public static final int WINDOW = 512 * 1024;

  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final Duration CATCHING_UP = Duration.ofMillis(100);

  /** For each piece once the disk has no room: the step is slowed, its output is not lost. */
  private static final Duration NO_ROOM = Duration.ofSeconds(2);

  /** The way to Kafka. */
  public interface Kafka {
    /** Sends; {@link #acknowledged} or {@link #failed} says later, or at once, how it went. */
    void send(Sent sent);
  }

  /** Records on disk, in their order. */
  public interface Store {
    /** Appends all or none. */
    void append(List<EventRecord> records) throws IOException;

    /** The record with that index, counted from 0. */
    EventRecord read(long index) throws IOException;

    /** Whether no more should be stored; nothing is refused for that. */
    boolean isFull();

    /** Deletes all. */
    void delete();
  }

  /** A record under way to Kafka. */
  public static final class Sent {
    private final long number;
    private final EventRecord record;
    private final long sinceNanos;
    private State state = State.UNDER_WAY;

    private Sent(long number, EventRecord record, long sinceNanos) {
      this.number = number;
      this.record = record;
      this.sinceNanos = sinceNanos;
    }

    public EventRecord record() {
      return record;
    }
  }

  private enum State {
    UNDER_WAY,
    ACKNOWLEDGED,
    FAILED
  }

  private static final long NOTHING_STORED = -1;

  private final Kafka kafka;
  private final Store store;

  /** Without a gap from the first that is not acknowledged to the one before {@link #next}. */
  private final Deque<Sent> underWay = new ArrayDeque<>();

  /** The last of all, which the disk did not take. */
  private final Deque<EventRecord> unstored = new ArrayDeque<>();

  private long bytesUnderWay;
  private long next;
  private long end;

  /** Number of the first record in the store. */
  private long stored = NOTHING_STORED;

  private boolean failed;
  private long failedNanos;

  /** An empty one. */
  public Spool(Kafka kafka, Store store) {
    this.kafka = kafka;
    this.store = store;
  }

  /**
   * One that an earlier process left.
   *
   * @param records how many it has in the store
   */
  public Spool(Kafka kafka, Store store, long records) {
    this(kafka, store);
    stored = records == 0 ? NOTHING_STORED : 0;
    end = records;
  }

  /**
   * Takes a record.
   *
   * @return its number, see {@link #isAcknowledged}
   */
  public long offer(EventRecord record, long now) {
    long number = end++;
    if (stored == NOTHING_STORED && unstored.isEmpty() && !isAway(now)) {
      send(record, now);
    } else {
      unstored.add(record);
      storeAll();
    }
    return number;
  }

  /** Kafka has a record. */
  public void acknowledged(Sent sent) {
    sent.state = State.ACKNOWLEDGED;
    while (!underWay.isEmpty() && underWay.getFirst().state == State.ACKNOWLEDGED) {
      bytesUnderWay -= underWay.removeFirst().record.size();
    }
    if (stored != NOTHING_STORED && underWay.isEmpty() && next == storedEnd()) {
      store.delete();
      stored = NOTHING_STORED;
    }
  }

  /** Kafka did not take a record, and may take it later. */
  public void failed(Sent sent, long now) {
    sent.state = State.FAILED;
    failed = true;
    failedNanos = now;
  }

  /** Does what time has made due; to be called several times a second unless it is empty. */
  public void tick(long now) throws IOException {
    if (!unstored.isEmpty() || stored == NOTHING_STORED && isAway(now)) {
      storeAll();
    }
    sendFailedAgain(now);
    while (next < end && !isAway(now) && bytesUnderWay < WINDOW) {
      if (next < storedEnd()) {
        send(store.read(next - stored), now);
      } else if (stored == NOTHING_STORED) {
        send(unstored.removeFirst(), now);
      } else {
        return;
      }
    }
  }

  /** Stores what Kafka has not acknowledged: this process is about to end. */
  public void storeAll() {
    List<EventRecord> records = new ArrayList<>();
    long first = stored;
    if (first == NOTHING_STORED) {
      first = acknowledgedEnd();
      underWay.forEach(sent -> records.add(sent.record));
    }
    records.addAll(unstored);
    if (records.isEmpty()) {
      return;
    }
    try {
      store.append(records);
      stored = first;
      unstored.clear();
    } catch (IOException noRoom) {
      // They wait in memory for the next attempt; pace() slows down whoever prints.
    }
  }

  /** Gives up what is stored: it cannot be read. */
  public void abandonStored() {
    stored = NOTHING_STORED;
    next = end - unstored.size();
    underWay.clear();
    bytesUnderWay = 0;
    failed = false;
  }

  /** How long whoever prints should wait at most before it prints more; zero if not at all. */
  public Duration pace(long now) {
    if (!unstored.isEmpty() || stored != NOTHING_STORED && store.isFull()) {
      return NO_ROOM;
    }
    if (stored != NOTHING_STORED) {
      return isAway(now) ? Duration.ZERO : CATCHING_UP;
    }
    return bytesUnderWay > WINDOW ? PATIENCE : Duration.ZERO;
  }

  /** Whether Kafka has the record of that number and all before it. */
  public boolean isAcknowledged(long number) {
    return number < acknowledgedEnd();
  }

  /** Whether Kafka has everything. */
  public boolean isEmpty() {
    return acknowledgedEnd() == end;
  }

  /** Whether anything is on disk. */
  public boolean isStored() {
    return stored != NOTHING_STORED;
  }

  private boolean isAway(long now) {
    return failed
        || !underWay.isEmpty() && now - underWay.getFirst().sinceNanos > PATIENCE.toNanos();
  }

  private long acknowledgedEnd() {
    return underWay.isEmpty() ? next : underWay.getFirst().number;
  }

  private long storedEnd() {
    return stored == NOTHING_STORED ? stored : end - unstored.size();
  }

  private void send(EventRecord record, long now) {
    Sent sent = new Sent(next++, record, now);
    underWay.add(sent);
    bytesUnderWay += record.size();
    kafka.send(sent);
  }

  /** From the first that failed, so that the order is kept; only when none is under way. */
  private void sendFailedAgain(long now) {
    if (!failed
        || now - failedNanos < RETRY.toNanos()
        || underWay.stream().anyMatch(sent -> sent.state == State.UNDER_WAY)) {
      return;
    }
    failed = false;
    List<Sent> again =
        underWay.stream().dropWhile(sent -> sent.state == State.ACKNOWLEDGED).toList();
    for (Sent sent : again) {
      if (failed) {
        sent.state = State.FAILED; // after one that Kafka's client did not take just now
      } else {
        sent.state = State.UNDER_WAY;
        kafka.send(sent);
      }
    }
  }
}
