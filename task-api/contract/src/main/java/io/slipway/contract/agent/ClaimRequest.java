package io.slipway.contract.agent;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An agent wants to own runs. Until a step has begun, the same process may claim the same attempt
 * again, and gets the same answer with a fresh run token: an answer that was lost costs nothing.
 *
 * @param agent its name, 1 to 200 characters
 * @param incarnation id of this process of the agent; a new one for each start
 * @param holder hash of that process's secret (SHA-256, base64url, 43 characters): the run tokens
 *     are good with the secret alone
 * @param pool its pool, or null for the default one
 * @param platform {@code os/architecture} that it can execute, or null for the default one
 * @param withinMillis how long it waits for the answer; nothing is granted later than that. 0 means
 *     {@value #DEFAULT_WITHIN_MILLIS}
 * @param signsEvents whether it signs its events with the key of the answer; then those of this
 *     attempt without a signature are not believed. Agents of earlier versions do not say
 * @param runs at most 1,000
 */
public record ClaimRequest(
    String agent,
    @Nullable UUID incarnation,
    @Nullable String holder,
    @Nullable String pool,
    @Nullable String platform,
    int withinMillis,
    boolean signsEvents,
    List<RunAttempt> runs) {
  /** What an agent waits for the answer if it does not say. */
  public static final int DEFAULT_WITHIN_MILLIS = 5_000;
}
