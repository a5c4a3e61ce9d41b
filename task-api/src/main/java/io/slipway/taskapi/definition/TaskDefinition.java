package io.slipway.taskapi.definition;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a task runs, how and when: complete, checked and without secrets. This is also the form in
 * which it is stored.
 *
 * @param status {@code Enabled} or {@code Disabled}
 * @param step null for a system task alone
 * @param isSystemTask whether its step comes with each request to run it
 */
public record TaskDefinition(
    String status,
    @JsonUnwrapped RunSettings settings,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Step step,
    Triggers trigger,
    boolean isSystemTask) {
  /** Whether the task may be run. */
  @JsonIgnore
  public boolean isEnabled() {
    return status.equals("Enabled");
  }

  /** The same with a context that may be shown; see {@link ContextCredentials}. */
  public TaskDefinition withoutCredentials() {
    return step == null
        ? this
        : new TaskDefinition(status, settings, step.withoutCredentials(), trigger, isSystemTask);
  }

  /** Names of the secrets that credential-broker has for the task. */
  public Set<String> secretNames() {
    Set<String> names = new LinkedHashSet<>();
    if (step != null) {
      names.addAll(step.secretNames());
    }
    names.addAll(trigger.secretNames());
    return names;
  }
}
