package io.slipway.contract.agent;

import java.util.UUID;

/** One attempt of a run, as an agent names it. */
public record RunAttempt(UUID runUid, int attempt) {}
