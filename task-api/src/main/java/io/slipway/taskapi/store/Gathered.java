package io.slipway.taskapi.store;

import io.slipway.identity.client.TimeLimit;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * Work that costs about the same for one item as for many: what comes while a batch is under way is
 * gathered into the next. An item that finds nothing under way is a batch of its own at once, so
 * nothing waits for a batch to fill.
 */
public final class Gathered<T, R> {
  private final int most;
  private final Duration limit;
  private final Function<List<T>, Uni<List<Uni<R>>>> work;
  private final Queue<Waiting<T, R>> queue = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean working = new AtomicBoolean();

  /**
   * @param most items of a batch
   * @param limit how long the next batch waits for one. Then the items of that one fail with {@link
   *     java.util.concurrent.TimeoutException}: whether the work was done is not known.
   * @param work what to do with a batch: what comes of each item, in their order. The next batch
   *     begins when the list is there; what is in the list may take longer.
   */
  public Gathered(int most, Duration limit, Function<List<T>, Uni<List<Uni<R>>>> work) {
    this.most = most;
    this.limit = limit;
    this.work = work;
  }

  private record Waiting<T, R>(T item, UniEmitter<? super R> emitter) {}

  /** What comes of the item. */
  public Uni<R> add(T item) {
    return back(
        Uni.createFrom()
            .emitter(emitter -> {
              queue.add(new Waiting<>(item, emitter));
              next();
            }));
  }

  /** What comes of each item, in their order; they are in one batch as far as there is room. */
  public List<Uni<R>> addAll(List<T> items) {
    List<Uni<R>> all = new ArrayList<>();
    List<Waiting<T, R>> waiting = new ArrayList<>();
    for (T item : items) {
      Uni<R> one = Uni.createFrom().emitter(emitter -> waiting.add(new Waiting<>(item, emitter)));
      Uni<R> memoized = one.memoize().indefinitely();
      memoized.subscribe().with(ignored -> {}, ignored -> {});
      all.add(back(memoized));
    }
    queue.addAll(waiting);
    next();
    return all;
  }

  private void next() {
    // Whoever adds after the queue was found empty finds working false, or is seen by the check
    // that follows working.set(false).
    while (!queue.isEmpty() && working.compareAndSet(false, true)) {
      List<Waiting<T, R>> batch = new ArrayList<>();
      Waiting<T, R> head;
      while (batch.size() < most && (head = queue.poll()) != null) {
        batch.add(head);
      }
      if (!batch.isEmpty()) {
        begin(batch);
        return;
      }
      working.set(false);
    }
  }

  private void begin(List<Waiting<T, R>> batch) {
    TimeLimit.of(limit, () -> work.apply(batch.stream().map(Waiting::item).toList()))
        .subscribe()
        .with(
            answers -> {
              working.set(false);
              next();
              for (int i = 0; i < batch.size(); i++) {
                answer(batch.get(i).emitter(), answers.get(i));
              }
            },
            failure -> {
              working.set(false);
              next();
              batch.forEach(one -> one.emitter().fail(failure));
            });
  }

  private static <R> void answer(UniEmitter<? super R> emitter, Uni<R> answer) {
    answer.subscribe().with(emitter::complete, emitter::fail);
  }

  /** The batch is done on the thread of one caller; what follows is on that of each. */
  private static <R> Uni<R> back(Uni<R> answer) {
    Context context = Vertx.currentContext();
    return context == null
        ? answer
        : answer.emitOn(command -> context.runOnContext(ignored -> command.run()));
  }
}
