package io.slipway.taskapi.arm;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list in an answer.
 *
 * @param value the items
 * @param nextLink address of the next page, left out on the last
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Page<T>(List<T> value, @Nullable String nextLink) {
  /** A list that fits into one page. */
  public static <T> Page<T> of(List<T> value) {
    return new Page<>(value, null);
  }
}
