package io.slipway.taskapi.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Values of a label that others choose: the first ones stand for themselves, the rest is one. */
final class BoundedLabel {
  /** No name of a registry or pool begins like this. */
  static final String OTHER = "_other";

  private final int most;
  private final Set<String> known = ConcurrentHashMap.newKeySet();

  BoundedLabel(int most) {
    this.most = most;
  }

  String of(@Nullable String value) {
    if (value == null || value.isEmpty()) {
      return OTHER;
    }
    return known.contains(value) || (known.size() < most && known.add(value)) ? value : OTHER;
  }
}
