package io.slipway.agent.step;

import io.slipway.taskfile.read.PlanTaskFile.Result.Planned;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The plans of the task files that were planned last and refer to nothing of their run: the next
 * run of the same text need not have it read again. Plans with secrets are not kept, and a registry
 * finds only its own. Safe for many threads.
 */
final class RememberedPlans {
  private static final int MOST = 200;

  /** In characters; longer files are rare, and are read again. */
  private static final int LONGEST = 16 * 1024;

  private final Map<Key, Planned> plans =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Planned> eldest) {
              return size() > MOST;
            }
          });

  /**
   * All that a fixed plan depends on.
   *
   * @param registry name of the registry whose run it is
   * @param text the task file
   * @param timeoutSeconds limit of the run, for warnings
   */
  record Key(String registry, String text, int timeoutSeconds) {}

  @Nullable Planned find(Key key) {
    return key.text().length() > LONGEST ? null : plans.get(key);
  }

  /** Keeps it if it may be used again. */
  void add(Key key, Planned planned) {
    if (planned.fixed()
        && planned.plan().secrets().isEmpty()
        && planned.plan().volumes().isEmpty()
        && key.text().length() <= LONGEST) {
      plans.put(key, planned);
    }
  }
}
