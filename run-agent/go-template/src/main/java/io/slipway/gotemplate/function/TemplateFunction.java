package io.slipway.gotemplate.function;

import org.jspecify.annotations.Nullable;

/** A function that templates can call. */
@FunctionalInterface
public interface TemplateFunction {
  /** Its value for arguments whose number has been checked. */
  @Nullable Object call(Arguments arguments);
}
