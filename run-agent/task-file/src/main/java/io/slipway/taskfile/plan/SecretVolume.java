package io.slipway.taskfile.plan;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A volume that holds secret files. A file gets its decoded value and a newline after it, as in the
 * original.
 *
 * @param name its name, unique within the task
 * @param files content of each file, coded as base64; whether it is well coded is known when the
 *     run starts
 */
public record SecretVolume(String name, Map<String, String> files) {
  /** Keeps a copy in the order given. */
  public SecretVolume {
    files = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(files));
  }

  @Override
  public String toString() {
    return "SecretVolume[name=" + name + ", files=" + files.keySet() + "]";
  }
}
