package io.slipway.contract.agent;

import java.util.List;

/** Answer to a {@link ClaimRequest}, one claim per run, in the same order. */
public record ClaimAnswer(List<Claim> claims) {}
