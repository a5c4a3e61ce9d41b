package io.slipway.contract;

import java.time.Instant;

/**
 * A run waits for an agent. Thin on purpose: an agent learns what to do only when it has claimed
 * the run.
 *
 * @param run the run; its attempt is the one that the claim will start
 * @param pool agent pool that may take it, {@code default} if none was asked for
 * @param os operating system that it needs, {@code linux} or {@code windows}
 * @param architecture processor that it needs, for example {@code amd64}
 * @param queuedAt when the run was put in the queue for this attempt
 */
public record RunQueued(RunRef run, String pool, String os, String architecture, Instant queuedAt)
    implements RunEvent {}
