package io.slipway.gotemplate.function;

import io.slipway.gotemplate.value.Budget;
import io.slipway.gotemplate.value.Failure;
import io.slipway.gotemplate.value.Values;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Functions that make lists and take them apart; a list is never changed. */
final class ListFunctions {
  private ListFunctions() {}

  static void addTo(FunctionTable table) {
    table
        .addVariadic("list", 0, a -> copy(a.values(), a.budget()))
        .alias("tuple", "list")
        .add("append", 2, a -> with(a, false))
        .alias("push", "append")
        .add("prepend", 2, a -> with(a, true))
        .addVariadic("concat", 0, ListFunctions::concatenate)
        .add("first", 1, a -> a.list(0).isEmpty() ? null : a.list(0).get(0))
        .add("last", 1, a -> a.list(0).isEmpty() ? null : a.list(0).get(a.list(0).size() - 1))
        .add("rest", 1, a -> part(a, 1, a.list(0).size()))
        .add("initial", 1, a -> part(a, 0, a.list(0).size() - 1))
        .add("reverse", 1, ListFunctions::reverse)
        .add("uniq", 1, ListFunctions::unique)
        .addVariadic("without", 1, ListFunctions::without)
        .add("has", 2, a -> a.any(1) != null && contains(a.list(1), a.any(0), a.budget()))
        .add("compact", 1, ListFunctions::compact)
        .add("sortAlpha", 1, ListFunctions::sort)
        .addVariadic("slice", 1, ListFunctions::slice);
  }

  private static List<Object> copy(List<?> list, Budget budget) {
    budget.elements(list.size());
    return new ArrayList<>(list);
  }

  private static List<Object> with(Arguments a, boolean isFirst) {
    List<Object> list = copy(a.list(0), a.budget());
    list.add(isFirst ? 0 : list.size(), a.any(1));
    return list;
  }

  private static List<Object> concatenate(Arguments a) {
    List<Object> all = new ArrayList<>();
    for (int i = 0; i < a.count(); i++) {
      a.budget().elements(a.list(i).size());
      all.addAll(a.list(i));
    }
    return all;
  }

  private static List<Object> part(Arguments a, int from, int to) {
    return from >= to ? new ArrayList<>() : copy(a.list(0).subList(from, to), a.budget());
  }

  private static List<Object> reverse(Arguments a) {
    List<Object> list = copy(a.list(0), a.budget());
    Collections.reverse(list);
    return list;
  }

  private static List<Object> unique(Arguments a) {
    List<Object> kept = new ArrayList<>();
    for (Object item : a.list(0)) {
      if (!contains(kept, item, a.budget())) {
        kept.add(item);
      }
    }
    return kept;
  }

  private static List<Object> without(Arguments a) {
    List<Object> kept = new ArrayList<>();
    for (Object item : a.list(0)) {
      if (!contains(a.from(1), item, a.budget())) {
        kept.add(item);
      }
    }
    return kept;
  }

  private static boolean contains(List<?> list, @Nullable Object item, Budget budget) {
    for (Object other : list) {
      if (Values.isDeepEqual(item, other, budget)) {
        return true;
      }
    }
    return false;
  }

  private static List<Object> compact(Arguments a) {
    List<Object> kept = new ArrayList<>();
    a.budget().elements(a.list(0).size());
    for (Object item : a.list(0)) {
      if (Values.isTrue(item)) {
        kept.add(item);
      }
    }
    return kept;
  }

  private static List<Object> sort(Arguments a) {
    List<String> texts = TextFunctions.texts(a.any(0), a.budget());
    Collections.sort(texts);
    return new ArrayList<>(texts);
  }

  /** Part of a list; of a text, as Go's own function of this name, which Sprig hides. */
  private static @Nullable Object slice(Arguments a) {
    if (a.any(0) instanceof String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      int[] bounds = bounds(a, bytes.length);
      return new String(bytes, bounds[0], bounds[1] - bounds[0], StandardCharsets.UTF_8);
    }
    List<Object> list = a.list(0);
    if (list.isEmpty()) {
      return null;
    }
    int[] bounds = bounds(a, list.size());
    return copy(list.subList(bounds[0], bounds[1]), a.budget());
  }

  private static int[] bounds(Arguments a, int size) {
    long from = a.count() > 1 ? NumberFunctions.whole(a.any(1)) : 0;
    long to = a.count() > 2 ? NumberFunctions.whole(a.any(2)) : size;
    if (from < 0 || to > size || from > to) {
      throw new Failure("slice bounds out of range [" + from + ":" + to + "]");
    }
    return new int[] {(int) from, (int) to};
  }
}
