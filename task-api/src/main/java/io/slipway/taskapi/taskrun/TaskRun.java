package io.slipway.taskapi.taskrun;

import io.slipway.taskapi.definition.TaskIdentity;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run that was deployed as a resource: what is asked for stays, and runs again when it changes.
 *
 * @param uid stays the same for its whole life
 * @param id ARM id in the stored spelling
 * @param name in its stored spelling
 * @param location what the creator gave
 * @param tags labels
 * @param identity managed identities that the run's credentials may name
 * @param request the {@code runRequest} as it was given, without secret values and passwords: JSON
 * @param forceUpdateTag another one makes it run again, or null
 * @param digest of all that makes it run again when it changes
 * @param runUid its latest run, or null if none was accepted yet
 * @param createdAt when it was made
 * @param version rises with each change
 */
public record TaskRun(
    UUID uid,
    String id,
    String name,
    String location,
    Map<String, String> tags,
    TaskIdentity identity,
    String request,
    @Nullable String forceUpdateTag,
    String digest,
    @Nullable UUID runUid,
    Instant createdAt,
    int version) {}
