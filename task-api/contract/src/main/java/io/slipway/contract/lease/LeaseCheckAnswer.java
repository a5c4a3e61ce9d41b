package io.slipway.contract.lease;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer to a {@link LeaseCheckRequest}.
 *
 * @param leases one for each token, in the same order; null for a token with which no run is held
 *     now: it is unknown, its run is over, or its lease is
 */
public record LeaseCheckAnswer(List<@Nullable HeldLease> leases) {}
