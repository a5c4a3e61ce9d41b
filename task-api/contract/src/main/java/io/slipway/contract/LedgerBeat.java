package io.slipway.contract;

import java.time.Instant;

/**
 * The ledger is awake, can write to its database and to Kafka, and watches over leases. One comes
 * each second; when none comes although Kafka answers, the ledger gives no run to another agent.
 *
 * @param leader name of the instance that speaks
 * @param number counts the beats of this leader's term, from 1
 * @param at when it was sent, by the leader's clock
 */
public record LedgerBeat(String leader, long number, Instant at) {}
