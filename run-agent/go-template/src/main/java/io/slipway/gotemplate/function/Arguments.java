package io.slipway.gotemplate.function;

import io.slipway.gotemplate.value.Budget;
import io.slipway.gotemplate.value.Failure;
import io.slipway.gotemplate.value.Values;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Arguments of a call, and what a function may use.
 *
 * @param values the arguments, null among them
 * @param budget what may be used up
 * @param now time of the run; empty if it is not known
 * @param random randomness; empty if there is none
 */
public record Arguments(
    List<Object> values, Budget budget, Optional<Instant> now, Optional<RandomGenerator> random) {
  public int count() {
    return values.size();
  }

  public @Nullable Object any(int index) {
    return values.get(index);
  }

  /** A value that is there. */
  public Object some(int index) {
    Object value = values.get(index);
    if (value == null) {
      throw wrong("a value", null);
    }
    return value;
  }

  /** A text; nothing else is taken for one, as in Go. */
  public String text(int index) {
    if (values.get(index) instanceof String text) {
      return text;
    }
    throw wrong("string", values.get(index));
  }

  /** A whole number that fits into 32 bits. */
  public int whole(int index) {
    if (values.get(index) instanceof Long number) {
      if (number != number.intValue()) {
        throw new Failure(number + " is too large");
      }
      return number.intValue();
    }
    throw wrong("int", values.get(index));
  }

  @SuppressWarnings("unchecked")
  public List<Object> list(int index) {
    if (values.get(index) instanceof List<?> list) {
      return (List<Object>) list;
    }
    throw wrong("[]interface {}", values.get(index));
  }

  /** A map, which a function may change. */
  @SuppressWarnings("unchecked")
  public Map<String, Object> map(int index) {
    if (values.get(index) instanceof Map<?, ?> map) {
      return (Map<String, Object>) map;
    }
    throw wrong("map[string]interface {}", values.get(index));
  }

  /** The arguments from one on. */
  public List<Object> from(int index) {
    return values.subList(index, values.size());
  }

  private static Failure wrong(String expected, @Nullable Object value) {
    return new Failure(
        "wrong type for value; expected " + expected + "; got " + Values.type(value));
  }
}
