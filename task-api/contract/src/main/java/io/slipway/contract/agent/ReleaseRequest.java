package io.slipway.contract.agent;

import java.util.List;
import java.util.UUID;

/**
 * An agent that stops hands runs back, so that others may have them at once. That costs the runs no
 * attempt. Runs that the agent does not own are left as they are.
 *
 * @param agent its name, 1 to 200 characters
 * @param incarnation id of this process of the agent
 * @param runs at most 1,000; nothing of them is at work any more
 */
public record ReleaseRequest(String agent, UUID incarnation, List<RunAttempt> runs) {}
