package io.slipway.taskapi.definition;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A task as a body describes it: what is to be stored, and separately what is secret.
 *
 * @param definition to be stored
 * @param secrets name to value; null where the body names a secret without its value
 * @param registries login server to credential; null where the body names one without
 * @param warnings what is odd in its task file
 */
public record GivenTask(
    TaskDefinition definition,
    Map<String, @Nullable String> secrets,
    Map<String, @Nullable RegistryCredential> registries,
    List<String> warnings) {
  @Override
  public String toString() { // without the values
    return "GivenTask[" + secrets.keySet() + ", " + registries.keySet() + "]";
  }
}
