package io.slipway.contract.agent;

import java.util.List;

/**
 * Answer to a {@link HeartbeatRequest}, one lease per run, in the same order.
 *
 * @param leaseSeconds how long the runs are owned without another heartbeat
 */
public record HeartbeatAnswer(int leaseSeconds, List<HeldRun> runs) {}
