package io.slipway.identity.key;

import java.time.Instant;

/**
 * When a signing key signs.
 *
 * @param kid its name
 * @param activeFrom from then on it signs, until a younger one does
 */
public record KeyTimes(String kid, Instant activeFrom) {}
