package io.slipway.taskapi.logreader;

import io.quarkus.logging.Log;
import io.slipway.taskapi.log.LogWatch;
import io.slipway.taskapi.log.text.RunLog;
import io.slipway.taskapi.store.Outage;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * The logs that are followed in this process. What this process stores wakes its readers at once;
 * for what other instances store, one query for all followed logs is repeated. Readers of the same
 * run that want the same bytes share one read.
 */
@ApplicationScoped
class FollowedLogs {
  private static final long PIECE = 512 * 1024;

  private final ReadLog readLog;
  private final LogWatch watch;
  private final Vertx vertx;
  private final Duration recheck;
  private final Map<UUID, Followed> runs = new ConcurrentHashMap<>();
  private final AtomicBoolean polling = new AtomicBoolean();
  private final long poll;
  private final long tick;

  FollowedLogs(
      ReadLog readLog,
      LogWatch watch,
      Vertx vertx,
      @ConfigProperty(name = "slipway.log.poll", defaultValue = "PT0.5S") Duration every,
      @ConfigProperty(name = "slipway.log.recheck", defaultValue = "PT15S") Duration recheck) {
    this.readLog = readLog;
    this.watch = watch;
    this.vertx = vertx;
    this.recheck = recheck;
    this.poll = vertx.setPeriodic(every.toMillis(), timer -> poll());
    this.tick = vertx.setPeriodic(recheck.toMillis(), timer -> wakeAll());
  }

  /**
   * A look at a log.
   *
   * @param from offset of the first byte
   * @param bytes what is new; may be nothing
   * @param complete word for how the run ended, with the last bytes; else null
   * @param over whether nothing follows: the log is complete, or the reader may not go on
   */
  record Look(long from, Buffer bytes, @Nullable String complete, boolean over) {
    static Look end(long from) {
      return new Look(from, Buffer.buffer(), null, true);
    }

    long next() {
      return from + bytes.length();
    }
  }

  /**
   * Follows a log to its end, until the run is deleted or the reader may no longer read it. Nothing
   * is read before the reader asks for more.
   *
   * @param start offset of the first byte
   * @param allowed asked every now and then
   */
  Multi<Look> follow(UUID run, long start, Supplier<Uni<Boolean>> allowed) {
    Reader reader = new Reader(run, start, allowed);
    return Multi.createBy()
        .repeating()
        .uni(() -> reader, Reader::next)
        .whilst(look -> !look.over())
        .onSubscription()
        .invoke(() -> join(reader))
        .onTermination()
        .invoke(() -> leave(reader));
  }

  private void join(Reader reader) {
    runs.compute(
        reader.run,
        (run, there) -> {
          Followed followed = there == null ? new Followed(run) : there;
          if (there == null) {
            watch.follow(run, followed.wake);
          }
          followed.readers.add(reader);
          return followed;
        });
  }

  private void leave(Reader reader) {
    runs.computeIfPresent(
        reader.run,
        (run, followed) -> {
          followed.readers.remove(reader);
          if (!followed.readers.isEmpty()) {
            return followed;
          }
          watch.leave(run, followed.wake);
          return null;
        });
  }

  private void wakeAll() {
    runs.values().forEach(Followed::changed);
  }

  private void poll() {
    if (runs.isEmpty() || !polling.compareAndSet(false, true)) {
      return;
    }
    List<Followed> followed = new ArrayList<>(runs.values());
    readLog
        .heads(followed.stream().map(one -> one.run).toArray(UUID[]::new))
        .subscribe()
        .with(
            heads -> {
              followed.forEach(one -> one.seen(Optional.ofNullable(heads.get(one.run))));
              polling.set(false);
            },
            failure -> {
              polling.set(false);
              if (!Outage.is(failure)) {
                Log.warnf("Followed logs were not looked at: %s", failure.toString());
              }
            });
  }

  @PreDestroy
  void close() {
    vertx.cancelTimer(poll);
    vertx.cancelTimer(tick);
  }

  /** A run whose log somebody follows. */
  private final class Followed {
    private final UUID run;
    private final Runnable wake = this::changed;
    private final Set<Reader> readers = ConcurrentHashMap.newKeySet();
    private final AtomicLong changes = new AtomicLong();
    private final Map<Wanted, Uni<Look>> underWay = new ConcurrentHashMap<>();
    private volatile Optional<RunLog> last = Optional.empty();

    Followed(UUID run) {
      this.run = run;
    }

    /** Bytes that are wanted after a change: a look that began before it is not shared. */
    private record Wanted(long change, long from) {}

    private void changed() {
      changes.incrementAndGet();
      readers.forEach(Reader::wake);
    }

    private void seen(Optional<RunLog> now) {
      Optional<RunLog> before = last;
      last = now;
      // Whoever deletes a run may be faster than the first look, so that none was ever seen.
      if (now.isEmpty() || !now.equals(before)) {
        changed();
      }
    }

    private Uni<Look> look(long from) {
      Wanted wanted = new Wanted(changes.get(), from);
      return underWay.computeIfAbsent(
          wanted,
          missing ->
              FollowedLogs.this
                  .look(run, from)
                  .onTermination()
                  .invoke(() -> underWay.remove(wanted))
                  .memoize()
                  .indefinitely());
    }
  }

  /** Where one reader is. */
  private final class Reader {
    private final UUID run;
    private final Supplier<Uni<Boolean>> allowed;
    private long position;
    private boolean more = true;
    private long checkedAt = System.nanoTime();
    private boolean woken;
    private @Nullable UniEmitter<? super Void> waiting;

    Reader(UUID run, long position, Supplier<Uni<Boolean>> allowed) {
      this.run = run;
      this.position = position;
      this.allowed = allowed;
    }

    private Uni<Look> next() {
      return (more ? Uni.createFrom().voidItem() : change())
          .chain(this::mayGoOn)
          .chain(may -> {
            Followed followed = runs.get(run);
            return may && followed != null
                ? followed.look(position)
                : Uni.createFrom().item(Look.end(position));
          })
          .invoke(look -> {
            position = look.next();
            more = look.bytes().length() > 0;
          });
    }

    /**
     * While nobody can be asked, who was allowed to read goes on until the next look is due. After
     * that the stream ends; who comes back is checked like anybody else.
     */
    private Uni<Boolean> mayGoOn() {
      if (System.nanoTime() - checkedAt < recheck.toNanos()) {
        return Uni.createFrom().item(true);
      }
      return allowed
          .get()
          .invoke(() -> checkedAt = System.nanoTime())
          .onFailure()
          .recoverWithItem(() -> System.nanoTime() - checkedAt < 2 * recheck.toNanos());
    }

    private Uni<Void> change() {
      return Uni.createFrom()
          .emitter(emitter -> {
            synchronized (this) {
              if (!woken) {
                waiting = emitter;
                emitter.onTermination(this::giveUp);
                return;
              }
              woken = false;
            }
            emitter.complete(null);
          });
    }

    private synchronized void giveUp() {
      waiting = null;
    }

    private void wake() {
      UniEmitter<? super Void> emitter;
      synchronized (this) {
        emitter = waiting;
        waiting = null;
        woken = emitter == null;
      }
      if (emitter != null) {
        emitter.complete(null);
      }
    }
  }

  private Uni<Look> look(UUID run, long from) {
    return readLog
        .heads(new UUID[] {run})
        .chain(heads -> {
          RunLog log = heads.get(run);
          if (log == null) {
            return Uni.createFrom().item(Look.end(from)); // it was deleted
          }
          long to = Math.min(log.length(), from + PIECE);
          String complete = to == log.length() ? log.complete().orElse(null) : null;
          if (to <= from) {
            return Uni.createFrom()
                .item(new Look(from, Buffer.buffer(), complete, complete != null));
          }
          return readLog
              .bytes(run, from, to)
              .map(
                  bytes -> new Look(from, wholeLines(bytes, complete), complete, complete != null));
        });
  }

  /** Pieces end with lines, so that no character is cut, unless there is no line end at all. */
  private static Buffer wholeLines(Buffer bytes, @Nullable String complete) {
    if (complete != null) {
      return bytes;
    }
    for (int end = bytes.length(); end > 0; end--) {
      if (bytes.getByte(end - 1) == '\n') {
        return bytes.getBuffer(0, end);
      }
    }
    return bytes.length() < PIECE ? Buffer.buffer() : bytes;
  }
}
