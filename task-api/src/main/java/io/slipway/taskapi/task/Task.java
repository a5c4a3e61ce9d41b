package io.slipway.taskapi.task;

import io.slipway.contract.ImageDependency;
import io.slipway.taskapi.definition.TaskDefinition;
import io.slipway.taskapi.definition.TaskIdentity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A stored task.
 *
 * @param uid stays the same for its whole life; owner of its bindings and secrets at the broker
 * @param id ARM id in the stored spelling
 * @param name in its stored spelling
 * @param location what the creator gave
 * @param tags labels
 * @param definition what it runs, how and when
 * @param identity its managed identities
 * @param dependencies images that its last good run was built from
 * @param createdAt when it was made
 * @param version rises with each change
 */
public record Task(
    UUID uid,
    String id,
    String name,
    String location,
    Map<String, String> tags,
    TaskDefinition definition,
    TaskIdentity identity,
    List<ImageDependency> dependencies,
    Instant createdAt,
    int version) {
  /** Whether it may be run. */
  public boolean isEnabled() {
    return definition.isEnabled();
  }
}
