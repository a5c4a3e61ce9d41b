package io.slipway.contract.agent;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An agent is alive and owns runs.
 *
 * @param agent its name, 1 to 200 characters
 * @param incarnation id of this process of the agent; a new one for each start
 * @param pool its pool, or null for the default one
 * @param platform {@code os/architecture} that it can execute, or null for the default one
 * @param slots how many runs it can execute at once
 * @param draining whether it takes no more runs
 * @param busy how many runs it owns in all, or null if {@code runs} are all of them
 * @param runs what it owns, at most 1,000; whoever owns more sends several
 */
public record HeartbeatRequest(
    String agent,
    @Nullable UUID incarnation,
    @Nullable String pool,
    @Nullable String platform,
    int slots,
    boolean draining,
    @Nullable Integer busy,
    List<RunAttempt> runs) {}
