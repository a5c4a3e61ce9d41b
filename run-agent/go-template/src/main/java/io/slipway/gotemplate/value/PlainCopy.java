package io.slipway.gotemplate.value;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Copies maps, lists and scalars so that a template cannot change the caller's. Parts that are
 * shared in the original are copied, and counted, as often as they are reached.
 *
 * @param budget what the copy may take
 */
public record PlainCopy(Budget budget) {
  /** The copy; integers become the only integer that templates know, 64 bits. */
  public @Nullable Object of(@Nullable Object value) {
    budget.elements(1);
    budget.enter();
    Object copy = value;
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> entries = new LinkedHashMap<>();
      map.forEach((key, item) -> entries.put(String.valueOf(key), of(item)));
      copy = entries;
    } else if (value instanceof List<?> list) {
      List<Object> items = new ArrayList<>();
      list.forEach(item -> items.add(of(item)));
      copy = items;
    } else if (value instanceof Integer number) {
      copy = number.longValue();
    }
    budget.leave();
    return copy;
  }
}
