package io.slipway.taskapi.operation;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A long-running operation.
 *
 * @param id part of the address that the client follows
 * @param kind what is done
 * @param runUid run that copies the image, or null
 * @param resourceId ARM id of what it changes; whoever may change that may follow it
 * @param principalId who began it and may follow it too; null for one of an older version
 */
public record Operation(
    UUID id, Kind kind, @Nullable UUID runUid, String resourceId, @Nullable String principalId) {
  public enum Kind {
    /** Copies an image into a registry, by a run; the operation's id is the run's uid. */
    IMPORT,
    /** Deletes a resource group. */
    DELETION
  }
}
