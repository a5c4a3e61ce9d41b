package io.slipway.taskapi.store;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Asynchronous work on one item after another: statements on one connection must not overlap, and
 * the events of a run must stay in order. The first failure ends the work.
 */
public final class InTurn {
  private InTurn() {}

  /** Does the work for each item; the next begins when the one before is done. */
  public static <T> Uni<Void> each(Iterable<T> items, Function<T, Uni<Void>> work) {
    return Multi.createFrom()
        .iterable(items)
        .onItem()
        .call(work::apply)
        .collect()
        .last()
        .replaceWithVoid();
  }

  /** Does the work for each item and collects what it gives, in the order of the items. */
  public static <T, R> Uni<List<R>> map(Iterable<T> items, Function<T, Uni<R>> work) {
    return Multi.createFrom()
        .iterable(items)
        .onItem()
        .transformToUniAndConcatenate(work::apply)
        .collect()
        .asList();
  }

  /**
   * Repeats the work until it gives false. A {@code Uni} that goes on with itself would need stack
   * for each repetition, and never end when there are many.
   */
  public static Uni<Void> whilst(Supplier<Uni<Boolean>> work) {
    return Multi.createBy()
        .repeating()
        .<Boolean>uni(work::get)
        .whilst(again -> again)
        .collect()
        .last()
        .replaceWithVoid();
  }
}
