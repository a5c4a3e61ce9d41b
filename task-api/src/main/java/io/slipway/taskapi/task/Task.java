package io.slipway.taskapi.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.contract.ImageDependency;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A stored definition of what to run.
 *
 * @param uid stays the same for its whole life; owner of its bindings and secrets at the broker
 * @param id ARM id in the stored spelling
 * @param name in its stored spelling
 * @param location what the creator gave
 * @param tags labels
 * @param properties as {@link TaskReader} made them: complete, checked, without secrets
 * @param identity its managed identities
 * @param dependencies images that its last good run stood on
 * @param createdAt when it was made
 * @param version rises with each change
 */
public record Task(
    UUID uid,
    String id,
    String name,
    String location,
    Map<String, String> tags,
    ObjectNode properties,
    TaskIdentity identity,
    List<ImageDependency> dependencies,
    Instant createdAt,
    int version) {

  /** Whether runs of it may be asked for. */
  public boolean isEnabled() {
    return properties.path("status").asText().equals("Enabled");
  }
}
