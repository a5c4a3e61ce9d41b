package io.slipway.broker.upstream;

import io.slipway.broker.BrokerException;
import io.slipway.broker.BrokerException.Upstream;
import io.slipway.identity.client.ReactiveHttp;
import io.slipway.identity.client.TimeLimit;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Puts questions together: while calls are under way, further questions gather and go into the next
 * one. A question that comes alone goes at once. Safe for many threads.
 *
 * @param <Q> a question
 * @param <A> its answer
 */
public final class Gathered<Q, A> {
  /** Two, so that one call that hangs does not hold up all others. */
  private static final int CALLS_AT_A_TIME = 2;

  /** After this time a call hangs: its questions fail, and the next one is made. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private final int most;
  private final Duration limit;
  private final UnaryOperator<Throwable> told;
  private final Function<List<Q>, Uni<List<A>>> call;
  private final Deque<Asked<Q, A>> waiting = new ArrayDeque<>();
  private int underway;

  private record Asked<Q, A>(Q question, CompletableFuture<Outcome<A>> outcome) {}

  /**
   * Calls made together.
   *
   * @param most questions per call
   * @param call answers them, in the same order
   */
  public Gathered(int most, Function<List<Q>, Uni<List<A>>> call) {
    this(most, LIMIT, failure -> failure, call);
  }

  /** Calls of a service; one that hangs is not available. */
  public Gathered(int most, Upstream service, Function<List<Q>, Uni<List<A>>> call) {
    this(
        most,
        LIMIT,
        failure ->
            failure instanceof TimeoutException late
                ? BrokerException.unavailable(
                    service, String.valueOf(late.getMessage()), RETRY_AFTER)
                : failure,
        call);
  }

  Gathered(
      int most,
      Duration limit,
      UnaryOperator<Throwable> told,
      Function<List<Q>, Uni<List<A>>> call) {
    this.most = most;
    this.limit = limit;
    this.told = told;
    this.call = call;
  }

  /** The answer, on the caller's own context; fails as the call does that held the question. */
  public Uni<A> ask(Q question) {
    return askAll(List.of(question))
        .map(outcomes -> outcomes.getFirst())
        .onItem()
        .transformToUni(outcome ->
            outcome.failure() == null
                ? Uni.createFrom().item(outcome.result())
                : Uni.createFrom().failure(outcome.failure()));
  }

  /**
   * The answers to questions that come together, in the same order and on the caller's own context.
   * They go into one call if nothing else waits; if one of several calls fails, only its questions
   * have failed.
   */
  public Uni<List<Outcome<A>>> askAll(Collection<Q> questions) {
    if (questions.isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    return ReactiveHttp.onOwnContext(() -> {
      List<Asked<Q, A>> all =
          questions.stream()
              .map(question -> new Asked<Q, A>(question, new CompletableFuture<>()))
              .toList();
      synchronized (waiting) {
        waiting.addAll(all);
      }
      while (next()) {
        // More calls than one if there are more questions than go into one.
      }
      return CompletableFuture.allOf(
              all.stream().map(Asked::outcome).toArray(CompletableFuture<?>[]::new))
          .thenApply(done -> all.stream().map(asked -> asked.outcome().join()).toList());
    });
  }

  /** Makes a call if one may be made; false if not. */
  private boolean next() {
    List<Asked<Q, A>> batch = take();
    if (batch.isEmpty()) {
      return false;
    }
    TimeLimit.of(limit, () -> answers(batch.stream().map(Asked::question).toList()))
        .subscribe()
        .with(
            answers -> {
              done();
              for (int i = 0; i < batch.size(); i++) {
                batch.get(i).outcome().complete(Outcome.of(answers.get(i)));
              }
            },
            failure -> {
              done();
              Throwable reason = told.apply(failure);
              batch.forEach(asked -> asked.outcome().complete(Outcome.failed(reason)));
            });
    return true;
  }

  private Uni<List<A>> answers(List<Q> questions) {
    return Uni.createFrom()
        .deferred(() -> call.apply(questions))
        .invoke(answers -> {
          if (answers.size() != questions.size()) {
            throw new IllegalStateException(
                questions.size() + " questions got " + answers.size() + " answers");
          }
        });
  }

  private List<Asked<Q, A>> take() {
    synchronized (waiting) {
      List<Asked<Q, A>> batch = new ArrayList<>();
      if (underway < CALLS_AT_A_TIME) {
        while (batch.size() < most && !waiting.isEmpty()) {
          batch.add(waiting.remove());
        }
        underway += batch.isEmpty() ? 0 : 1;
      }
      return batch;
    }
  }

  private void done() {
    synchronized (waiting) {
      underway--;
    }
    boolean unused = next();
  }
}
