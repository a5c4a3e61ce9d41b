package io.slipway.broker.upstream;

import io.smallrye.mutiny.Uni;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What became of one of many that are done together: a result or a failure. Pure.
 *
 * @param <T> the result
 */
public final class Outcome<T> {
  private final @Nullable T result;
  private final @Nullable Throwable failure;

  private Outcome(@Nullable T result, @Nullable Throwable failure) {
    this.result = result;
    this.failure = failure;
  }

  /** A success. */
  public static <T> Outcome<T> of(T result) {
    return new Outcome<>(result, null);
  }

  /** A failure. */
  public static <T> Outcome<T> failed(Throwable failure) {
    return new Outcome<>(null, failure);
  }

  /** Why it failed, or null if it did not. */
  public @Nullable Throwable failure() {
    return failure;
  }

  /** The result; only if there is no failure. */
  public T result() {
    return Objects.requireNonNull(result);
  }

  /** The same failure, or what the next step makes of the result, which may fail itself. */
  public <N> Outcome<N> then(Function<T, N> next) {
    if (failure != null) {
      return failed(failure);
    }
    try {
      return of(next.apply(result()));
    } catch (RuntimeException refused) {
      return failed(refused);
    }
  }

  /**
   * Does the next step for all that succeeded, together.
   *
   * @param step gives an outcome for each, in the same order
   * @return as many as came in, in the same order; what had failed has the same failure
   */
  public static <T, N> Uni<List<Outcome<N>>> together(
      List<Outcome<T>> all, Function<List<T>, Uni<List<Outcome<N>>>> step) {
    List<T> good = all.stream().filter(one -> one.failure() == null).map(Outcome::result).toList();
    return step.apply(good)
        .map(done -> {
          Iterator<Outcome<N>> next = done.iterator();
          return all.stream()
              .map(one -> {
                Throwable failure = one.failure();
                return failure == null ? next.next() : Outcome.<N>failed(failure);
              })
              .toList();
        });
  }

  @Override
  public String toString() {
    return failure == null ? "Outcome[result]" : "Outcome[" + failure + "]";
  }
}
