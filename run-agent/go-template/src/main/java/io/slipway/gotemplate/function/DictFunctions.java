package io.slipway.gotemplate.function;

import io.slipway.gotemplate.value.Budget;
import io.slipway.gotemplate.value.GoPrint;
import io.slipway.gotemplate.value.Values;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Functions for maps with texts as keys. */
final class DictFunctions {
  private DictFunctions() {}

  static void addTo(FunctionTable table) {
    table
        .addVariadic("dict", 0, DictFunctions::make)
        .add("set", 3, DictFunctions::set)
        .add("unset", 2, DictFunctions::unset)
        .add("hasKey", 2, a -> a.map(0).containsKey(a.text(1)))
        .addVariadic("pluck", 1, DictFunctions::pluck)
        .addVariadic("keys", 0, DictFunctions::keys)
        .add("values", 1, a -> values(a))
        .addVariadic("pick", 1, a -> chosen(a, true))
        .addVariadic("omit", 1, a -> chosen(a, false))
        .addVariadic("merge", 1, a -> merged(a, false))
        .addVariadic("mergeOverwrite", 1, a -> merged(a, true))
        .add("deepCopy", 1, a -> Values.copy(a.any(0), a.budget()));
  }

  private static Map<String, Object> make(Arguments a) {
    a.budget().elements(a.count());
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < a.count(); i += 2) {
      Object value = i + 1 < a.count() ? a.any(i + 1) : "";
      map.put(GoPrint.print(a.any(i), a.budget()), value);
    }
    return map;
  }

  private static Map<String, Object> set(Arguments a) {
    a.budget().elements(1);
    a.map(0).put(a.text(1), a.any(2));
    return a.map(0);
  }

  private static Map<String, Object> unset(Arguments a) {
    a.map(0).remove(a.text(1));
    return a.map(0);
  }

  private static List<Object> pluck(Arguments a) {
    List<Object> found = new ArrayList<>();
    for (int i = 1; i < a.count(); i++) {
      if (a.map(i).containsKey(a.text(0))) {
        found.add(a.map(i).get(a.text(0)));
      }
    }
    return found;
  }

  private static List<Object> keys(Arguments a) {
    List<Object> keys = new ArrayList<>();
    for (int i = 0; i < a.count(); i++) {
      a.budget().elements(a.map(i).size());
      keys.addAll(a.map(i).keySet());
    }
    return keys;
  }

  private static List<Object> values(Arguments a) {
    a.budget().elements(a.map(0).size());
    return new ArrayList<>(a.map(0).values());
  }

  private static Map<String, Object> chosen(Arguments a, boolean keeps) {
    a.budget().elements(a.map(0).size() + a.count());
    Map<String, Object> map = new LinkedHashMap<>();
    List<Object> names = a.from(1);
    for (int i = 1; i < a.count(); i++) {
      a.text(i);
    }
    Set<Object> wanted = new HashSet<>(names);
    a.map(0)
        .forEach((key, value) -> {
          if (wanted.contains(key) == keeps) {
            map.put(key, value);
          }
        });
    return map;
  }

  /** Merges into the first map; what is there wins, or what comes later. */
  private static Map<String, Object> merged(Arguments a, boolean overwrites) {
    for (int i = 1; i < a.count(); i++) {
      merge(a.map(0), a.map(i), overwrites, a.budget());
    }
    return a.map(0);
  }

  @SuppressWarnings("unchecked")
  private static void merge(
      Map<String, Object> into, Map<String, Object> from, boolean overwrites, Budget budget) {
    budget.enter();
    budget.elements(from.size());
    if (into != from) {
      for (Map.Entry<String, Object> entry : from.entrySet()) {
        Object here = into.get(entry.getKey());
        Object there = entry.getValue();
        if (here instanceof Map<?, ?> old && there instanceof Map<?, ?> added) {
          merge((Map<String, Object>) old, (Map<String, Object>) added, overwrites, budget);
        } else if (overwrites || !Values.isTrue(here)) {
          into.put(entry.getKey(), there);
        }
      }
    }
    budget.leave();
  }
}
