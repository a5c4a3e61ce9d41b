package io.slipway.taskfile.plan;

import io.slipway.taskfile.Refusal;
import java.util.Base64;
import java.util.Collections;
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
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
  }

  /**
   * What the files are to hold, without the newline after it.
   *
   * @throws Refusal if a value is not base64; names the file, not the value
   */
  public Map<String, byte[]> contents() throws Refusal {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    for (Map.Entry<String, String> file : files.entrySet()) {
      try {
        contents.put(file.getKey(), Base64.getDecoder().decode(file.getValue().strip()));
      } catch (IllegalArgumentException malformed) {
        throw Refusal.user(
            "volume %s, file %s: failed to decode Base64 value. please make sure value provided is Base64 encoded"
                .formatted(name, file.getKey()));
      }
    }
    return contents;
  }

  @Override
  public String toString() {
    return "SecretVolume[name=" + name + ", files=" + files.keySet() + "]";
  }
}
