package io.slipway.taskfile.read;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Environments as task files write them: lists of {@code name=value}. The task's entries may hold
 * several, split at commas; a step's may not. The step's own values win.
 */
final class Environment {
  private static final String RIGHT = "a list of texts, for example [name=value]";

  private Environment() {}

  /**
   * What a task's list says.
   *
   * @param given environment from outside, under the file's
   */
  static Map<String, String> ofTask(Properties task, Map<String, String> given) {
    Map<String, String> env = new LinkedHashMap<>();
    for (Properties.Text entry : task.items("env", RIGHT)) {
      for (String part : entry.value().split(",", -1)) {
        if (!put(env, part)) {
          task.refuse(
              entry,
              "cannot parse task environment variable "
                  + Properties.shown(part)
                  + " correctly: it must be name=value; in the task's env a comma ends a value");
        }
      }
    }
    given.forEach(env::putIfAbsent);
    return Collections.unmodifiableMap(env);
  }

  /**
   * What a step's list says, and under it the task's. Without a task's environment the original
   * does not look at the entries, so one that sets nothing is only worth a warning.
   */
  static Map<String, String> ofStep(Properties step, Map<String, String> task) {
    Map<String, String> env = new LinkedHashMap<>();
    for (Properties.Text entry : step.items("env", RIGHT)) {
      if (put(env, entry.value())) {
        continue;
      }
      String right = ": it must be name=value";
      if (task.isEmpty()) {
        step.warn(entry, Properties.shown(entry.value()) + " sets nothing" + right);
      } else {
        step.refuse(
            entry,
            "cannot parse step environment variable "
                + Properties.shown(entry.value())
                + " correctly"
                + right);
      }
    }
    task.forEach(env::putIfAbsent);
    return Collections.unmodifiableMap(env);
  }

  private static boolean put(Map<String, String> env, String entry) {
    int equals = entry.indexOf('=');
    if (equals < 1) {
      return false;
    }
    env.put(entry.substring(0, equals), entry.substring(equals + 1));
    return true;
  }
}
