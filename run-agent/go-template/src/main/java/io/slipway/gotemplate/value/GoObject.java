package io.slipway.gotemplate.value;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A value with methods, such as a time. */
public interface GoObject {
  /** What Go prints. */
  String print();

  /** Type as Go names it, for example {@code time.Time}. */
  String type();

  /** Calls a method or reads a field; fails if there is none of the name. */
  @Nullable Object member(String name, List<Object> arguments);
}
