package io.slipway.contract;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Names the run that an event is about.
 *
 * @param runUid unique over all registries and all time; the key of every record about the run
 * @param runId what people see, unique within the registry, for example {@code cf10}
 * @param registry name of the registry that the run belongs to, as stored
 * @param task name of the task, or null for a quick run or an import
 * @param attempt 1 for the first claim of the run; a higher attempt fences off all lower ones
 */
public record RunRef(
    UUID runUid, String runId, String registry, @Nullable String task, int attempt) {}
