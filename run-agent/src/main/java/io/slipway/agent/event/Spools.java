package io.slipway.agent.event;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The agent's folder of spools and the thread that looks after them. The thread sleeps while Kafka
 * has everything.
 */
final class Spools {
  private static final Logger LOG = Logger.getLogger(Spools.class);
  private static final String ENDING = ".spool";
  private static final long EVERY_NANOS = 200_000_000;

  private final Path folder;
  private final SpoolSpace space;
  private final EventRecords records;
  private final RecordProducer producer;
  private final Set<AttemptEvents> watched = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private volatile boolean stopped;

  Spools(Path folder, long limitBytes, EventRecords records, RecordProducer producer) {
    this.folder = folder;
    this.space = new SpoolSpace(limitBytes);
    this.records = records;
    this.producer = producer;
    this.thread = Thread.ofPlatform().name("spools").daemon().start(this::work);
  }

  /** Bytes of the disk that all of them take. */
  long bytes() {
    return space.bytes();
  }

  /** Begins the events of an attempt; touches no disk. */
  AttemptEvents open(UUID runUid, int attempt, byte @Nullable [] signingKey) {
    // A name of its own: what an earlier process left of the same attempt stays what it is.
    String name = runUid + "-" + attempt + "-" + UUID.randomUUID().toString().substring(0, 8);
    SpoolFile file = new SpoolFile(folder.resolve(name + ENDING), space);
    return new AttemptEvents(runUid, signingKey, records, producer, file, this, 0);
  }

  /** Sends what earlier processes left, in the background. */
  void sendLeftovers() throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(each -> each.toString().endsWith(ENDING)).sorted().toList();
    }
    long sent = 0;
    for (Path each : files) {
      sent += sendLeftover(each);
    }
    if (sent > 0) {
      LOG.infof("%d events that waited for Kafka at the last stop are sent now", sent);
    }
  }

  private long sendLeftover(Path path) {
    SpoolFile file = new SpoolFile(path, space);
    try {
      UUID runUid = UUID.fromString(path.getFileName().toString().substring(0, 36));
      long number = file.open();
      if (number == 0) {
        file.delete();
        return 0;
      }
      add(new AttemptEvents(runUid, null, records, producer, file, this, number));
      return number;
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException unreadable) {
      LOG.errorf(unreadable, "%s cannot be read and stays where it is", path);
      return 0;
    }
  }

  /** Looks after it from now on. */
  void add(AttemptEvents events) {
    boolean sleeps = watched.isEmpty();
    watched.add(events);
    if (sleeps) {
      wake(); // Otherwise it looks several times a second.
    }
  }

  /** Looks after it no longer; under the lock of that attempt, as {@link #add}. */
  void remove(AttemptEvents events) {
    watched.remove(events);
  }

  void wake() {
    LockSupport.unpark(thread);
  }

  private void work() {
    while (!stopped) {
      watched.forEach(this::tick);
      if (watched.isEmpty()) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, EVERY_NANOS);
      }
    }
  }

  private void tick(AttemptEvents each) {
    try {
      each.tick();
    } catch (RuntimeException | Error broken) {
      // One attempt must not stop the others.
      LOG.error("a spool", broken);
    }
  }

  /**
   * Stores what Kafka does not have, for the next process.
   *
   * @return number of attempts
   */
  int store() {
    return (int) watched.stream().filter(AttemptEvents::store).count();
  }

  void stop() {
    stopped = true;
    wake();
  }
}
