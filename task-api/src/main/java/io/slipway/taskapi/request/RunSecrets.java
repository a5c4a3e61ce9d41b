package io.slipway.taskapi.request;

import io.slipway.taskapi.arm.Problems;
import io.slipway.taskapi.task.SecretCollector;
import java.util.LinkedHashMap;
import java.util.Map;

/** The secret values of one request: each needs its value, for nothing is stored yet. Pure. */
final class RunSecrets {

  private RunSecrets() {}

  static Map<String, String> complete(Problems problems, String at, SecretCollector secrets) {
    Map<String, String> complete = new LinkedHashMap<>();
    secrets
        .found()
        .forEach((name, value) -> {
          if (value == null) {
            problems.add(Problems.at(at, name), "is secret and has no value");
          } else {
            complete.put(name, value);
          }
        });
    return complete;
  }
}
